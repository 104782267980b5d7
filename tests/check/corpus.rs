//! More mistakes, as authors make them.

#![allow(unreachable_pub, reason = "used by the test binary that it belongs to")]

use holdspace::check::{Example, In};

const fn page(text: &'static str) -> Example {
    Example { place: In::Page, text }
}

const fn main(text: &'static str) -> Example {
    Example { place: In::Main, text }
}

const fn spanish(text: &'static str) -> Example {
    Example { place: In::Spanish, text }
}

/// The rule, and what breaks it.
pub const MISTAKES: &[(&str, Example)] = &[
    ("links/internal", page("See [the day](«the-day.md»).")),
    ("links/insecure", page("- One\n- «[Two](http://fda.example/)»")),
    ("a11y/alt-missing", page("Hello.\n\n- «![](door.png)»")),
    ("a11y/alt-redundant", page("«![Photo of a lamp](door.png)»")),
    ("a11y/heading-skip", page("## One\n\nA.\n\n### Two\n\nB.\n\n## Three\n\nC.\n\n«##### Four»\n\nD.")),
    ("a11y/link-text", page("| What | Where |\n|---|---|\n| Food | «[here](@/_index.md)» |")),
    ("a11y/link-text", page("Learn «[more](@/_index.md)».")),
    ("a11y/link-text", page("To see where we are, go to «[this page](@/_index.md)».")),
    ("a11y/link-address", page("«[www.fda.example](https://fda.example/)»")),
    ("a11y/document-link", page("«[Our form](https://fda.example/form.docx)»")),
    ("a11y/role", main("«<ul role=\"tabs\">»</ul>")),
    ("a11y/aria", main("«<b aria-describeby=\"x\">»B</b>")),
    ("a11y/zoom", page("«<meta name=\"viewport\" content=\"user-scalable=0\">»")),
    (
        "plain/sentence",
        page(
            "- «Eat nothing for some hours before a session, and drink only water from the time at which the team asks you to stop eating.»",
        ),
    ),
    (
        "plain/sentence",
        page(
            "> Quoted.\n\n«The room is quiet and warm and has a place for each of you to lie down and rest for as long as you want to.»",
        ),
    ),
    ("plain/paragraph", page("Come early.\n\n«You may be tired. You may be wide awake. Both are fine. Rest.»")),
    ("plain/word", page("- We do it «in order to» rest.")),
    ("plain/word", page("It helps «ameliorate» fear.")),
    ("plain/word", page("It takes «approximately» an hour.")),
    ("plain/word", page("«Hypertension» is common.")),
    ("plain/latin", page("Wear soft things, «i.e.» wool.")),
    ("plain/number", page("You get «.75» mg.")),
    ("plain/capitals", page("Please «DO NOT DRIVE» home.")),
    ("review/placeholder", page("## Fees\n\n«FIXME»: ask.")),
    ("claims/fda-approved", page("Our ketamine therapy is «fda approved».")),
    ("claims/fda-approved", page("- «FDA-approved» ketamine")),
    ("claims/non-addictive", page("Many like it, since it is «nonaddictive».")),
    ("claims/no-side-effects", page("It works «without side effects».")),
    ("claims/no-side-effects", page("It is «free of side effects».")),
    ("claims/guaranteed", page("Calm is «guaranteed».")),
    ("claims/guaranteed", page("It is «100% effective».")),
    ("claims/cure", page("She was «cured».")),
    ("claims/miracle", page("A «revolutionary» method.")),
    ("claims/miracle", page("It felt «miraculous».")),
    ("claims/safe", page("It is «safer than» pills.")),
    ("claims/proven", page("Now «scientifically proven».")),
    ("claims/faster", page("It is «more effective than» talk.")),
    ("claims/percent", page("There is a «75%» success rate.")),
    ("claims/off-label", page("Ketamine and «PTSD»: what to know.")),
    ("claims/at-home", page("It is «mailed to your door».")),
    ("claims/testimonial", page("## «What our clients say»\n\nWords.")),
    ("claims/no-risks", page("«## How it helps»\n\nKetamine lets you rest.")),
    ("crisis/old-number", page("Help: «800-273-8255».")),
    ("privacy/third-party", main("«<script src=\"https://cdn.example/a.js\">»</script>")),
    ("privacy/third-party", page("«<img src=\"https://cdn.example/a.png\" alt=\"A\">»")),
    ("privacy/booking", page("«[Fill in the form](https://docs.google.com/forms/d/x)»")),
    ("privacy/booking", page("«[Write to us](https://www.jotform.com/x)»")),
    ("security/inline-handler", page("«<button onclick=\"x()\">»Go</button>")),
    ("claims/fda-approved", spanish("Es un tratamiento «autorizado por la FDA».")),
    ("claims/non-addictive", spanish("A muchos les gusta, porque «no causa dependencia».")),
    ("claims/non-addictive", spanish("«No crea adiccion» ni dependencia.")),
    ("claims/no-side-effects", spanish("Trabaja «sin ningún efecto secundario».")),
    ("claims/no-side-effects", spanish("Es «inofensiva».")),
    ("claims/no-side-effects", spanish("## «Sin riesgos»\n\nVenga.")),
    ("claims/guaranteed", spanish("- «Garantizamos» calma")),
    ("claims/guaranteed", spanish("Es «100% efectiva».")),
    ("claims/cure", spanish("Con ella se puede «curar» el cansancio.")),
    ("claims/cure", spanish("Una «curación» total.")),
    ("claims/miracle", spanish("Este trabajo «cambia vidas».")),
    ("claims/miracle", spanish("Fue «milagroso».")),
    ("claims/safe", spanish("Es «más segura que» las pastillas.")),
    ("claims/safe", spanish("Es «completamente segura».")),
    ("claims/proven", spanish("Ahora «CIENTÍFICAMENTE PROBADA».")),
    ("claims/proven", spanish("«Los estudios demuestran» que ayuda.")),
    ("claims/faster", spanish("Es «más eficaz que» hablar.")),
    ("claims/percent", spanish("Hubo «75%» de éxito.")),
    ("claims/off-label", spanish("La ketamina y el «TEPT»: lo que debe saber.")),
    ("claims/at-home", spanish("Todo desde la «comodidad de su casa».")),
    ("claims/at-home", spanish("Hay «ketamina a domicilio».")),
    ("claims/testimonial", spanish("## «Testimonios»\n\nPalabras.")),
    ("claims/no-risks", spanish("«## Cómo ayuda»\n\nLa ketamina le deja descansar.")),
    ("plain/word", spanish("Use la máscara «con el fin de» descansar.")),
    ("plain/word", spanish("La «HIPERTENSIÓN» es común.")),
    ("plain/latin", spanish("Bufandas, calcetines, «etc.»")),
    ("a11y/link-text", spanish("Para la fecha, «[haga clic aquí](@/_index.md)».")),
    ("a11y/alt-redundant", spanish("«![Foto de una lámpara](door.png)»")),
    ("security/target-blank", page("«<a href=\"https://fda.example/\" target=\"_blank\">»The FDA</a>")),
];
