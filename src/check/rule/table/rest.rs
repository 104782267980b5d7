//! The rules on privacy, security, music, and on the check itself.

use super::super::Rule;
use super::super::reading::{config, error, main, page, playlist, script, style, warning};
use super::{HHS, HOUSE};

pub(super) const RULES: &[Rule] = &[
    // --- Privacy ----------------------------------------------------------------------------------------------------
    warning(
        "privacy/third-party",
        "Whoever sends a part of a page learns who reads it, and when.",
        HHS,
        &[
            main("«<img src=\"https://cdn.example/a.png\" alt=\"A\">»"),
            main("«<link rel=\"stylesheet\" href=\"https://fonts.googleapis.com/css?family=Lora\">»"),
            main("«<iframe src=\"https://www.youtube.com/embed/x\" title=\"A film\">»</iframe>"),
            style("@import \"«https://fonts.example/a.css»\";"),
            style("p { background: url(«https://cdn.example/a.png») }"),
        ],
        &[main("<a href=\"https://fda.example/\">The FDA</a>")],
    ),
    error(
        "privacy/tracker",
        "It tells a company who reads about their health.",
        HHS,
        &[
            main("«<script src=\"https://www.googletagmanager.com/gtag/js?id=x\">»</script>"),
            main("«<img src=\"https://www.doubleclick.net/p.gif\" alt=\"\">»"),
        ],
        &[main("<script src=\"/own.js\"></script>")],
    ),
    error(
        "privacy/form",
        "What is entered in a form of a clinic is health data.",
        HHS,
        &[main("«<form action=\"https://forms.example/x\">»</form>")],
        &[main("<form action=\"/intake/\"></form>")],
    ),
    warning(
        "privacy/booking",
        "Who books elsewhere tells them whom they see.",
        HHS,
        &[page("«[Book a talk](https://calendly.com/clinic)»"), main("«<a href=\"https://forms.gle/x\">»Ask us</a>")],
        &[page("[The FDA's alert](https://fda.example/)")],
    ),
    warning(
        "privacy/storage",
        "What is kept in a browser is found by who uses it next.",
        HHS,
        &[script("«document.cookie» = 'a=1';"), script("«localStorage».setItem('a', 1);")],
        &[script("let cookie = 1;")],
    ),
    // --- Security ---------------------------------------------------------------------------------------------------
    error(
        "security/inline-handler",
        "A script in an attribute does not run under the page's policy.",
        "CSP 3",
        &[main("«<p onclick=\"go()\">»Go</p>")],
        &[main("<p data-on=\"x\">Go</p>")],
    ),
    error(
        "security/script-address",
        "An address that is a script does not run under the page's policy.",
        "CSP 3",
        &[main("«<a href=\"javascript:go()\">»Go</a>")],
        &[main("<a href=\"/\">Go</a>")],
    ),
    warning(
        "security/target-blank",
        "The page that opens can turn this one into another.",
        "OWASP, reverse tabnabbing",
        &[main("«<a href=\"https://fda.example/\" target=\"_blank\">»The FDA</a>")],
        &[main("<a href=\"https://fda.example/\" target=\"_blank\" rel=\"noopener\">The FDA</a>")],
    ),
    error(
        "security/mixed",
        "Browsers block what comes unencrypted.",
        "W3C, Mixed Content",
        &[],
        &[main("<a href=\"https://fda.example/\">The FDA</a>")],
    ),
    error(
        "security/secret",
        "What was published once is known.",
        HOUSE,
        &[script("let key = '«AKIAABCDEFGHIJKLMNOP»';"), page("The key is «sk_live_abcdefghijklmnopqrstuvwx».")],
        &[page("The word AKIA is short.")],
    ),
    warning(
        "security/policy",
        "Without a policy a script that somebody smuggles in would run.",
        "CSP 3",
        &[config("\n[security]\npolicy = false\n")],
        &[],
    ),
    // --- Music ------------------------------------------------------------------------------------------------------
    warning(
        "music/licence",
        "Music in a clinic is played by somebody's right.",
        "17 U.S.C. 106(4)",
        &[playlist("[[phase]]\nname = \"One\"\nlength = \"5m\"\n[[phase.track]]\nfile = «\"music/a.wav\"»\n")],
        &[playlist(
            "[[phase]]\nname = \"One\"\nlength = \"5m\"\n[[phase.track]]\nfile = \"music/a.wav\"\nlicence = \"ours\"\n",
        )],
    ),
    error(
        "music/licence-over",
        "A licence that has ended is none.",
        "17 U.S.C. 106(4)",
        &[playlist(
            "[[phase]]\nname = \"One\"\nlength = \"5m\"\n[[phase.track]]\nfile = \"music/a.wav\"\nlicence = \"L\"\nlicence_until = «\"2026-01-01\"»\n",
        )],
        &[playlist(
            "[[phase]]\nname = \"One\"\nlength = \"5m\"\n[[phase.track]]\nfile = \"music/a.wav\"\nlicence = \"L\"\nlicence_until = \"2030-01-01\"\n",
        )],
    ),
    warning(
        "music/vocals",
        "Words are listened to, and lead a session elsewhere.",
        HOUSE,
        &[playlist(
            "[[phase]]\nname = \"One\"\nlength = \"5m\"\nvocals = false\n[[phase.track]]\nfile = «\"music/a.wav\"»\nlicence = \"L\"\nvocals = true\n",
        )],
        &[playlist(
            "[[phase]]\nname = \"One\"\nlength = \"5m\"\n[[phase.track]]\nfile = \"music/a.wav\"\nlicence = \"L\"\nvocals = true\n",
        )],
    ),
    warning(
        "music/twice",
        "A piece that comes again is recognised.",
        HOUSE,
        &[playlist(
            "[[phase]]\nname = \"One\"\nlength = \"5m\"\ntrack = [{ file = \"music/a.wav\", licence = \"L\" }]\n[[phase]]\nname = \"Two\"\nlength = \"5m\"\ntrack = [{ file = «\"music/a.wav\"», licence = \"L\" }]\n",
        )],
        &[playlist(
            "[[phase]]\nname = \"One\"\nlength = \"70m\"\ntrack = [{ file = \"music/a.wav\", licence = \"L\" }]\n[[phase]]\nname = \"Two\"\nlength = \"5m\"\ntrack = [{ file = \"music/a.wav\", licence = \"L\" }]\n",
        )],
    ),
    warning("music/changed", "Another file sounds otherwise, and nobody has heard its transitions.", HOUSE, &[], &[]),
    warning("music/peak", "A limiter that works hard is heard.", HOUSE, &[], &[]),
    warning(
        "music/short",
        "Silence in the middle of a phase comes as a surprise.",
        HOUSE,
        &[playlist(
            "«[[phase]]»\nname = \"One\"\nlength = \"5m\"\nwhen_short = \"silence\"\ntrack = [{ file = \"music/a.wav\", licence = \"L\" }]\n",
        )],
        &[playlist(
            "[[phase]]\nname = \"One\"\nlength = \"5m\"\nwhen_short = \"bed\"\ntrack = [{ file = \"music/a.wav\", licence = \"L\" }]\n",
        )],
    ),
    error(
        "playlist/file",
        "What is not there is not heard.",
        HOUSE,
        &[playlist(
            "[[phase]]\nname = \"One\"\nlength = \"5m\"\n[[phase.track]]\nfile = «\"music/b.wav\"»\nlicence = \"L\"\n",
        )],
        &[],
    ),
    // --- The check itself -------------------------------------------------------------------------------------------
    warning(
        "check/ignore-rule",
        "What silences no rule silences nothing.",
        HOUSE,
        &[page("Hello.\n\n<!-- «lint-ignore claims/curse: it is quoted» -->\n\nBye.")],
        &[],
    ),
    warning(
        "check/ignore-reason",
        "Who comes later must know why.",
        HOUSE,
        &[page("Hello.\n\n<!-- «lint-ignore claims/miracle» -->\n\nIt is no miracle.")],
        &[page("Hello.\n\n<!-- lint-ignore claims/miracle: a quotation -->\n\nIt is a miracle.")],
    ),
    warning(
        "check/ignore-unused",
        "What silences nothing hides the next mistake.",
        HOUSE,
        &[page("Hello.\n\n<!-- «lint-ignore claims/miracle: a quotation» -->\n\nBye.")],
        &[],
    ),
];
