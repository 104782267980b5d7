//! Words that have a plainer one, by language: a table each. Pure.

use std::sync::LazyLock;

use crate::check::phrases::Phrases;

/// What is hard in a language, each with what to write.
pub(super) struct Plainer {
    /// Words.
    pub(super) hard: Phrases<&'static str>,
    /// Abbreviations that are read out wrongly, or not understood.
    pub(super) short: &'static [(&'static str, &'static str)],
}

/// What is hard in a language (`en`, `es`); none where that is not known here.
pub(super) fn plainer(language: &str) -> Option<&'static Plainer> {
    match language {
        "en" => Some(&ENGLISH),
        "es" => Some(&SPANISH),
        _ => None,
    }
}

static ENGLISH: LazyLock<Plainer> = LazyLock::new(|| Plainer { hard: Phrases::new(HARD), short: LATIN });
static SPANISH: LazyLock<Plainer> = LazyLock::new(|| Plainer { hard: Phrases::new(DIFICILES), short: ABREVIADAS });

const HARD: &[(&str, &str)] = &[
    ("utilize", "use"),
    ("utilise", "use"),
    ("utilization", "use"),
    ("commence", "begin"),
    ("prior to", "before"),
    ("subsequent to", "after"),
    ("in order to", "to"),
    ("in the event that", "if"),
    ("with regard to", "about"),
    ("in relation to", "about"),
    ("due to the fact that", "because"),
    ("at this point in time", "now"),
    ("facilitate", "help"),
    ("ameliorate", "improve"),
    ("alleviate", "ease"),
    ("mitigate", "lessen"),
    ("efficacy", "how well it works"),
    ("contraindicated", "not safe for some people"),
    ("contraindication", "reason not to take it"),
    ("adverse event", "side effect"),
    ("adverse events", "side effects"),
    ("adverse reaction", "side effect"),
    ("hypertension", "high blood pressure"),
    ("hypotension", "low blood pressure"),
    ("tachycardia", "a fast heartbeat"),
    ("emesis", "vomiting"),
    ("nausea and emesis", "feeling sick and vomiting"),
    ("sublingual", "under the tongue"),
    ("intramuscular", "into a muscle"),
    ("subcutaneous", "under the skin"),
    ("etiology", "cause"),
    ("prognosis", "what to expect"),
    ("comorbid", "at the same time"),
    ("comorbidity", "another illness at the same time"),
    ("psychoeducation", "learning about it"),
    ("neuroplasticity", "the brain's ability to change"),
    ("modality", "way of treatment"),
    ("modalities", "ways of treatment"),
    ("titrate", "adjust the dose"),
    ("abstain", "don't take"),
    ("refrain from", "don't"),
    ("ambulatory", "able to walk"),
    ("cognizant", "aware"),
    ("endeavor", "try"),
    ("ascertain", "find out"),
    ("sufficient", "enough"),
    ("approximately", "about"),
    ("terminate", "end"),
    ("remuneration", "pay"),
    ("pursuant to", "under"),
    ("notwithstanding", "despite"),
    ("inter alia", "among other things"),
];

const LATIN: &[(&str, &str)] = &[
    ("e.g.", "for example"),
    ("i.e.", "that is"),
    ("etc.", "and so on"),
    ("viz.", "namely"),
    ("et al.", "and others"),
];

/// After "lenguaje claro": the word of every day first.
const DIFICILES: &[(&str, &str)] = &[
    ("con el fin de", "para"),
    ("con el objetivo de", "para"),
    ("con la finalidad de", "para"),
    ("a fin de", "para"),
    ("debido a que", "porque"),
    ("dado que", "porque"),
    ("en el caso de que", "si"),
    ("con anterioridad a", "antes de"),
    ("previo a", "antes de"),
    ("previamente a", "antes de"),
    ("con posterioridad a", "después de"),
    ("en lo que respecta a", "sobre"),
    ("con respecto a", "sobre"),
    ("no obstante", "pero"),
    ("asimismo", "también"),
    ("efectuar", "hacer"),
    ("llevar a cabo", "hacer"),
    ("la ingesta de", "comer o tomar"),
    ("aproximadamente", "unos"),
    ("abstenerse de", "no"),
    ("absténgase de", "no"),
    ("contraindicado", "no es seguro para algunas personas"),
    ("contraindicada", "no es segura para algunas personas"),
    ("contraindicación", "razón para no tomarlo"),
    ("evento adverso", "efecto secundario"),
    ("eventos adversos", "efectos secundarios"),
    ("reacción adversa", "efecto secundario"),
    ("reacciones adversas", "efectos secundarios"),
    ("hipertensión", "presión arterial alta"),
    ("hipotensión", "presión arterial baja"),
    ("taquicardia", "latidos rápidos del corazón"),
    ("emesis", "vómito"),
    ("cefalea", "dolor de cabeza"),
    ("disnea", "falta de aire"),
    ("sublingual", "debajo de la lengua"),
    ("intramuscular", "en un músculo"),
    ("subcutáneo", "debajo de la piel"),
    ("subcutánea", "debajo de la piel"),
    ("etiología", "causa"),
    ("comorbilidad", "otra enfermedad al mismo tiempo"),
    ("psicoeducación", "aprender sobre ello"),
    ("neuroplasticidad", "la capacidad del cerebro de cambiar"),
];

const ABREVIADAS: &[(&str, &str)] = &[
    ("p. ej.", "por ejemplo"),
    ("p.ej.", "por ejemplo"),
    ("e.g.", "por ejemplo"),
    ("i.e.", "es decir"),
    ("etc.", "y otras cosas"),
    ("et al.", "y otros"),
];
