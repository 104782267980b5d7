//! The rules on what is said: plain language, medical review, claims, help in a crisis.

use super::super::Rule;
use super::super::reading::{error, extra, note, page, spanish, warning};
use super::{FDA, FTC, HOUSE, NHS};

pub(super) const RULES: &[Rule] = &[
    // --- Plain language ---------------------------------------------------------------------------------------------
    warning(
        "plain/sentence",
        "A tired reader loses a long sentence in its middle.",
        NHS,
        &[
            page(
                "«We ask you to come a little early so that you can find your place, take off your shoes, and settle before anything begins.»",
            ),
            page(
                "Come early. «We ask you not to eat for some hours before a session and to drink only water until you have been told otherwise.»",
            ),
        ],
        &[page("Come a little early. Find your place, and settle.")],
    ),
    warning(
        "plain/paragraph",
        "A reader on a phone sees a wall.",
        NHS,
        &[page("«Come early. Find a place. Sit down. Breathe out.»")],
        &[page("Come early. Find a place.\n\nSit down. Breathe out.")],
    ),
    warning(
        "plain/word",
        "The plain word is understood by all, the other by some.",
        "NHS service manual, A to Z of health writing",
        &[
            page("We «utilize» a mask."),
            page("Don't eat «prior to» a session."),
            page("You may have «tachycardia»."),
            spanish("No coma «previo a» una sesión."),
        ],
        &[
            page("You may have a fast heartbeat (tachycardia)."),
            spanish("Puede sentir latidos rápidos del corazón (taquicardia)."),
        ],
    ),
    warning(
        "plain/latin",
        "Screen readers read it letter by letter.",
        "NHS service manual, Abbreviations",
        &[
            page("Bring something soft, «e.g.» a scarf."),
            page("Scarves, socks, «etc.»"),
            spanish("Traiga algo suave, «p. ej.» una bufanda."),
        ],
        &[page("Bring something soft, for example a scarf."), spanish("Traiga algo suave, por ejemplo una bufanda.")],
    ),
    warning(
        "plain/number",
        "A point is easily missed, and a dose becomes ten times as large.",
        "ISMP list of error-prone dose designations",
        &[page("Take «.5» mg."), page("It is («.25» mg) small.")],
        &[page("Take 0.5 mg.")],
    ),
    warning(
        "plain/capitals",
        "Words in capitals have no shape, and sound like shouting.",
        NHS,
        &[page("«DO NOT EAT» before."), page("## «WHAT TO BRING»\n\nA scarf.")],
        &[page("Do not eat before. The FDA and the NHS say so.")],
    ),
    note(
        "plain/grade",
        "A number only tells where to look first.",
        "AMA and NIH: grade 6 to 8; NHS: no formula is a measure",
        &[],
        &[page("Come early.")],
    ),
    // --- Medical review ---------------------------------------------------------------------------------------------
    warning(
        "review/missing",
        "What is said on health was read by somebody who knows.",
        "NHS, Content policy: clinical review",
        &[extra("«review = true»")],
        &[extra("title = \"x\"")],
    ),
    error(
        "review/date",
        "A date that is none can't fall due.",
        HOUSE,
        &[
            extra("«reviewed = \"last spring\"»\nreviewed_by = \"A. B., RN\""),
            extra("reviewed = \"2026-01-10\"\nreviewed_by = \"A. B., RN\"\n«next_review = \"2029\"»"),
        ],
        &[],
    ),
    error(
        "review/future",
        "A review that has not been is none.",
        HOUSE,
        &[extra(
            "«reviewed = \"2027-03-01\"»\nreviewed_by = \"A. B., RN\"\nnext_review = \"2028-03-01\"\nsources = [\"FDA\"]",
        )],
        &[extra(
            "reviewed = \"2026-03-01\"\nreviewed_by = \"A. B., RN\"\nnext_review = \"2028-03-01\"\nsources = [\"FDA\"]",
        )],
    ),
    warning(
        "review/by",
        "A reader may know who says so.",
        "NHS, Content policy",
        &[extra("«reviewed = \"2026-03-01\"»\nnext_review = \"2028-03-01\"\nsources = [\"FDA\"]")],
        &[extra("reviewed = 2026-03-01\nreviewed_by = \"A. B., RN\"\nnext_review = 2028-03-01\nsources = [\"FDA\"]")],
    ),
    warning(
        "review/next",
        "A page without a next day is never read again.",
        "NHS, Content policy",
        &[extra("«reviewed = \"2026-03-01\"»\nreviewed_by = \"A. B., RN\"\nsources = [\"FDA\"]")],
        &[],
    ),
    warning(
        "review/due",
        "What was right three years ago may not be.",
        "NHS, Content policy",
        &[extra(
            "reviewed = \"2023-03-01\"\nreviewed_by = \"A. B., RN\"\n«next_review = \"2026-03-01\"»\nsources = [\"FDA\"]",
        )],
        &[],
    ),
    note(
        "review/sources",
        "Who doubts can read where it comes from.",
        "NHS, Content policy",
        &[extra("reviewed = \"2026-03-01\"\nreviewed_by = \"A. B., RN\"\nnext_review = \"2028-03-01\"")],
        &[],
    ),
    warning(
        "review/translation",
        "A translation that is older than its original may say what is no longer so.",
        "NHS, Content policy",
        &[],
        &[],
    ),
    error(
        "review/placeholder",
        "What was to stand for a day is read by all.",
        HOUSE,
        &[page("Bring a scarf. «TODO» ask the team."), page("«Lorem ipsum» dolor."), page("It costs «TBD».")],
        &[page("Bring a scarf. We will ask the team.")],
    ),
    // --- Claims -----------------------------------------------------------------------------------------------------
    error(
        "claims/fda-approved",
        "Ketamine is approved as an anesthetic, and for no psychiatric disorder.",
        FDA,
        &[
            page("Ketamine is «FDA approved»."),
            page("Our treatment is «FDA-approved»."),
            page("This medicine was «approved by the FDA» long ago."),
            spanish("La ketamina está «aprobada por la FDA»."),
            spanish("«La FDA ha aprobado» este tratamiento."),
        ],
        &[
            page("Ketamine is not FDA approved for burnout. It is FDA approved as an anesthetic."),
            page("Spravato, a form of esketamine, is FDA approved."),
            spanish(
                "La ketamina no está aprobada por la FDA para el agotamiento. Está aprobada por la FDA como anestésico.",
            ),
        ],
    ),
    error(
        "claims/non-addictive",
        "Ketamine can be misused; the FDA names it among the risks.",
        FDA,
        &[
            page("It is «non-addictive»."),
            page("Ketamine is «not addictive»."),
            page("There is «no risk of addiction»."),
            spanish("La ketamina «no es adictiva»."),
            spanish("«No crea adicción»."),
        ],
        &[
            page("Ketamine can be misused."),
            spanish("Nadie puede decir que no es adictiva. ¿Y no es adictiva la ketamina?"),
        ],
    ),
    error(
        "claims/no-side-effects",
        "Every medicine has risks, and these are known.",
        FDA,
        &[
            page("It has «no side effects»."),
            page("A «risk-free» way."),
            page("It is «harmless»."),
            spanish("Es un camino «sin efectos secundarios»."),
            spanish("Se hace «sin riesgos»."),
        ],
        &[
            page("It is not harmless. No medicine is risk-free."),
            spanish("Ningún medicamento es inofensivo, y nada se hace sin riesgos."),
        ],
    ),
    error(
        "claims/guaranteed",
        "Nobody can promise what a treatment does.",
        FTC,
        &[
            page("We «guarantee» relief."),
            page("It «works for everyone»."),
            spanish("El alivio está «garantizado»."),
            spanish("«Funciona para todos»."),
        ],
        &[page("Nobody can guarantee that it helps you."), spanish("Nadie garantiza que le ayude.")],
    ),
    error(
        "claims/cure",
        "A cure is more than is known.",
        FTC,
        &[
            page("It «cures» burnout."),
            page("A «cure» at last."),
            spanish("Esto «cura» el agotamiento."),
            spanish("Le «curará»."),
        ],
        &[
            page("It is not a cure. We keep your data secure."),
            spanish("No es una cura. Tampoco promete curar nada. Vino el cura."),
        ],
    ),
    error(
        "claims/miracle",
        "Such words promise more than is known.",
        FTC,
        &[
            page("A «breakthrough» in care."),
            page("It is a «game-changer»."),
            page("This «life-changing» work."),
            spanish("Es un «milagro»."),
            spanish("Un método «revolucionario»."),
        ],
        &[page("It is no miracle."), spanish("No es ningún milagro.")],
    ),
    warning(
        "claims/safe",
        "Safe for whom, and under what care?",
        FTC,
        &[
            page("It is «safe and effective»."),
            page("This is «completely safe»."),
            spanish("Es «100 % segura»."),
            spanish("Es un método «seguro y eficaz»."),
        ],
        &[
            page("The medical team looks at whether it is safe and appropriate for you."),
            spanish("Si está totalmente segura, venga."),
        ],
    ),
    warning(
        "claims/proven",
        "What is proven has a study that says so.",
        FTC,
        &[page("A «clinically proven» way."), spanish("Es un método «comprobado científicamente».")],
        &[page("It is not proven."), spanish("No está comprobado.")],
    ),
    warning(
        "claims/faster",
        "The FDA knows of no evidence that it is safer, works better or faster than what is approved.",
        FDA,
        &[
            page("It «works faster» than pills."),
            page("Expect «immediate relief»."),
            spanish("Es «más rápido que los antidepresivos»."),
            spanish("Espere un «alivio inmediato»."),
        ],
        &[page("It is not known whether it works faster."), spanish("No se sabe si funciona más rápido.")],
    ),
    warning(
        "claims/percent",
        "A number without a source is an invention.",
        FTC,
        &[page("Of our guests «80%» improved."), spanish("Un «80 %» mejoró.")],
        &[
            page("Of them 80% improved ([a study of 40](https://fda.example/))."),
            spanish("Un 80 % mejoró ([un estudio](https://fda.example/))."),
        ],
    ),
    warning(
        "claims/off-label",
        "A condition beside ketamine reads as if it were approved for it.",
        FDA,
        &[
            page("Ketamine is used for «depression»."),
            page("Ketamine may ease «anxiety» and grief."),
            spanish("La ketamina se usa para la «depresión»."),
        ],
        &[
            page("Ketamine is used off-label for depression."),
            spanish("La ketamina se usa fuera de indicación para la depresión."),
        ],
    ),
    warning(
        "claims/at-home",
        "At home nobody watches breathing and blood pressure.",
        FDA,
        &[page("Take «ketamine at home»."), spanish("Tome la «ketamina en casa».")],
        &[page("Do not take ketamine at home."), spanish("No tome ketamina en casa.")],
    ),
    warning(
        "claims/testimonial",
        "One person's word is not what a reader can expect.",
        "FTC, 16 CFR part 255",
        &[page("> It «changed my life»."), spanish("> «Me cambió la vida».")],
        &[
            page("> It changed my life.\n\nThis is one person's experience."),
            spanish("> Me cambió la vida.\n\nEs la experiencia de una persona."),
        ],
    ),
    warning(
        "claims/no-risks",
        "A benefit stands beside its risk.",
        "FDA, 21 CFR 202.1(e)(5): fair balance; FTC guidance",
        &[
            page("«## The benefits»\n\nKetamine may bring calm."),
            page(
                "There are risks.\n\n«## The benefits»\n\nKetamine may bring calm.\n\n## Food\n\nEat.\n\n## The risks\n\nIt may bring fear.",
            ),
            spanish("«## Los beneficios»\n\nLa ketamina puede dar calma."),
        ],
        &[
            page("## The benefits\n\nKetamine may bring calm.\n\n## The risks\n\nIt may bring fear."),
            spanish("## Los beneficios\n\nLa ketamina puede dar calma, y tiene riesgos."),
        ],
    ),
    // --- Crisis -----------------------------------------------------------------------------------------------------
    error(
        "crisis/missing",
        "Who reads on mental health may need help now.",
        "SAMHSA, 988 Suicide & Crisis Lifeline",
        &[],
        &[],
    ),
    warning(
        "crisis/old-number",
        "988 is shorter, and takes texts.",
        "SAMHSA, July 2022",
        &[page("Call «1-800-273-8255» at any hour."), page("Call «1-800-273-TALK».")],
        &[page("Call 988 (it was 1-800-273-8255).")],
    ),
];
