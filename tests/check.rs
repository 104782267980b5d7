//! Claims about `holdspace check`: each example of the table yields its finding at its place and nothing else, and what is as
//! it should be yields none.

#[path = "check/corpus.rs"]
mod corpus;
#[path = "check/site.rs"]
mod site;
mod support;
#[path = "support/tones.rs"]
mod tones;

use holdspace::check::{Besides, Example, RULES, Rule};
use holdspace::diagnostic::{Diagnostic, Severity};
use rayon::prelude::*;
use site::{TODAY, clean_site, program, written};
use support::{TestProject, said};

/// What is told of a program.
fn told(project: &TestProject) -> Vec<Diagnostic> {
    let (opened, configured) = project.open();
    let mut findings = holdspace::check::check(&opened, TODAY).findings;
    findings.extend(configured);
    findings.sorted().into_iter().cloned().collect()
}

fn shown(findings: &[Diagnostic]) -> String {
    let place = |finding: &Diagnostic| {
        finding.place.as_ref().map_or_else(String::new, |place| {
            format!("{}:{}:{}+{}", place.file.display(), place.line, place.column, place.width)
        })
    };
    findings.iter().map(|finding| format!("  {} {} {}\n", finding.rule, place(finding), finding.message)).collect()
}

/// What is wrong with a failing example; nothing where it yields its finding at its place, and no other.
fn fault(id: &str, example: &Example) -> Option<String> {
    let (file, text, expected) = written(example);
    let project = site::with(example, &file, &text);
    let findings = told(&project);
    let weight = RULES.iter().find(|rule| rule.id == id).map(|rule| rule.severity);
    let right = match findings.as_slice() {
        [finding] if finding.rule == id && Some(finding.severity) == weight => {
            let place = finding.place.clone().expect("a finding has a place");
            let at = (place.file.display().to_string(), place.line, place.column, place.width);
            expected
                .as_ref()
                .map_or_else(|| place.line == 0 && place.file == site::blamed(example), |expected| at == *expected)
        }
        _ => false,
    };
    (!right)
        .then(|| format!("{id} in {file}:\n{}\nexpected at {expected:?}, found\n{}", example.text, shown(&findings)))
}

fn no_faults(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} are wrong:\n\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_program_that_is_as_it_should_be_yields_nothing() {
    assert_eq!(shown(&told(&clean_site())), "");
}

#[test]
fn each_failing_example_of_the_table_yields_its_finding_at_its_place_and_nothing_else() {
    let examples: Vec<(&Rule, &Example)> =
        RULES.iter().flat_map(|rule| rule.fails.iter().map(move |e| (rule, e))).collect();
    no_faults(examples.par_iter().filter_map(|(rule, example)| fault(rule.id, example)).collect());
}

#[test]
fn each_mistake_of_the_corpus_yields_its_finding_at_its_place_and_nothing_else() {
    no_faults(corpus::MISTAKES.par_iter().filter_map(|(id, example)| fault(id, example)).collect());
    let all = corpus::MISTAKES.len() + RULES.iter().map(|rule| rule.fails.len()).sum::<usize>();
    assert!(all >= 120, "{all} examples");
}

#[test]
fn what_is_as_it_should_be_yields_nothing() {
    let examples: Vec<(&Rule, &Example)> =
        RULES.iter().flat_map(|rule| rule.passes.iter().map(move |e| (rule, e))).collect();
    let faults = examples.par_iter().filter_map(|(rule, example)| {
        let (file, text, _) = written(example);
        let findings = told(&site::with(example, &file, &text));
        (!findings.is_empty())
            .then(|| format!("{} passes in {file}:\n{}\nfound\n{}", rule.id, example.text, shown(&findings)))
    });
    no_faults(faults.collect());
}

#[test]
fn rules_have_names_of_their_own_and_words() {
    for (n, rule) in RULES.iter().enumerate() {
        assert!(!RULES[..n].iter().any(|other| other.id == rule.id), "{} stands twice", rule.id);
        assert!(rule.why.ends_with(['.', '?']) && !rule.source.is_empty(), "{}", rule.id);
        assert!(rule.id.split_once('/').is_some(), "{}", rule.id);
    }
}

/// `HOLDSPACE_DRAW=1 cargo test --test check page_of_rules` draws it anew.
#[test]
fn the_page_of_rules_in_the_documentation_is_drawn_from_the_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check/rule/page.md");
    let drawn = holdspace::check::rule::page();
    if std::env::var_os("HOLDSPACE_DRAW").is_some() {
        std::fs::write(&path, &drawn).expect("it is ours");
    }
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), drawn);
}

/// What needs more than one small piece of a program: the file to change, by what, and the finding with its place.
#[test]
fn what_is_wrong_with_a_whole_page_is_told_once_where_all_have_it() {
    let base = "themes/plain/templates/base.html";
    for (cut, put, rule, place) in [
        (" lang=\"{{ lang }}\"", "", "a11y/lang", base),
        ("lang=\"{{ lang }}\"", "lang=\"english\"", "a11y/lang", base),
        (
            "<title>{% block title %}{{ config.title }}{% endblock %}</title>",
            "{% block title %}{% endblock %}",
            "a11y/title",
            base,
        ),
        ("<main id=\"main\">", "<div id=\"main\">", "a11y/one-main", base),
        ("<a href=\"#main\">Skip to the text</a>", "", "a11y/skip-link", base),
        ("<a href=\"#main\">", "<a href=\"#text\">", "a11y/skip-link", base),
        ("<a href=\"sms:988\">text</a>", "", "crisis/missing", base),
        ("<a href=\"tel:911\">911</a>", "911", "crisis/missing", base),
        ("<h1>", "<h2>", "a11y/one-h1", base),
    ] {
        let project = clean_site();
        let text = project.read(base);
        assert!(text.contains(cut), "{cut}");
        project.write(base, text.replace(cut, put));
        let findings: Vec<Diagnostic> = told(&project).into_iter().filter(|f| !f.rule.starts_with("links/")).collect();
        assert_eq!(findings.len(), 1, "{cut}: {}", shown(&findings));
        assert_eq!(
            (findings[0].rule, findings[0].place.as_ref().map(|p| p.file.display().to_string())),
            (rule, Some(place.to_owned()))
        );
    }
}

#[test]
fn pages_are_held_against_each_other() {
    let one = |project: TestProject, rule: &str, file: &str| {
        let findings = told(&project);
        assert_eq!(findings.len(), 1, "{rule}: {}", shown(&findings));
        assert_eq!(
            (findings[0].rule, findings[0].place.as_ref().map(|p| p.file.display().to_string())),
            (rule, Some(file.to_owned()))
        );
    };
    let twin = clean_site().file("content/b.md", "+++\ntitle = \"A page\"\n+++\nHello.\n");
    one(twin, "a11y/title-twice", "content/b.md");
    let hidden = clean_site().file("content/deep/_index.md", "+++\ntitle = \"Deep\"\n+++\nHello.\n");
    one(hidden, "links/orphan", "content/deep/_index.md");
    let languages = "default_language = \"en\"\n[languages.es]\n";
    let config = clean_site().read("holdspace.toml").replace("[program]", &format!("{languages}[program]"));
    let old = clean_site()
        .file("holdspace.toml", config)
        .file("content/_index.es.md", "+++\ntitle = \"Inicio\"\n+++\nHola. [Otra](@/a.es.md)\n")
        .file("content/a.md", "+++\ntitle = \"A page\"\nupdated = 2026-05-01\n+++\nHello.\n")
        .file("content/a.es.md", "+++\ntitle = \"Otra\"\nupdated = 2026-04-01\n+++\nHola.\n");
    one(old, "review/translation", "content/a.es.md");
    let phone = "<a href=\"tel:+17206757123\">720-675-7123</a>";
    let lacking = clean_site();
    let page = lacking.read("themes/plain/templates/base.html");
    let only = page.replace(phone, &format!("{{% if current_path != \"/a/\" %}}{phone}{{% endif %}}"));
    lacking.write("themes/plain/templates/base.html", only);
    one(lacking, "a11y/help", "content/a.md");
}

#[test]
fn a_rule_can_be_switched_off_or_weigh_more_in_one_program() {
    let project = program("content/a.md", "+++\ntitle = \"A page\"\n+++\nWe utilize a mask.\n");
    let config = project.read("holdspace.toml");
    for (said, weight) in [
        ("", Some(Severity::Warning)),
        ("[check]\nerrors = [\"plain/word\"]\n", Some(Severity::Error)),
        ("[check]\nnotes = [\"plain/word\"]\n", Some(Severity::Note)),
        ("[check]\noff = [\"plain/word\"]\n", None),
    ] {
        project.write("holdspace.toml", format!("{config}{said}"));
        assert_eq!(told(&project).first().map(|finding| finding.severity), weight, "{said}");
    }
    project.write("holdspace.toml", format!("{config}[check]\noff = [\"plain/wrod\"]\n"));
    let (_, errors) = said(&project.run(&["check"]));
    assert!(
        errors.contains("there is no rule `plain/wrod`") && errors.contains("did you mean `plain/word`?"),
        "{errors}"
    );
}

#[test]
fn the_exit_status_says_whether_something_fails() {
    let warned = program("content/a.md", "+++\ntitle = \"A page\"\n+++\nWe utilize a mask.\n");
    assert!(warned.run(&["check"]).status.success());
    assert_eq!(warned.run(&["check", "--strict"]).status.code(), Some(1));
    let broken = program("content/a.md", "+++\ntitle = \"A page\"\n+++\nIt cures burnout.\n");
    let output = broken.run(&["check"]);
    let (_, errors) = said(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors.contains("error: “cures” is a claim") && errors.contains("content/a.md:4:4") && errors.contains("^^^^^"),
        "{errors}"
    );
    assert!(errors.ends_with("1 error\n2 pages and 1 session read\n"), "{errors}");
    // Only what was asked for.
    let elsewhere = broken.path("playlists").display().to_string();
    assert!(broken.run(&["check", &elsewhere]).status.success());
    for (format, wanted) in [
        ("json", "\"rule\": \"claims/cure\""),
        ("sarif", "\"ruleId\": \"claims/cure\""),
        ("github", "::error file=content/a.md,line=4,col=4"),
    ] {
        let (told, _) = said(&broken.run(&["check", "--format", format]));
        assert!(told.contains(wanted), "{format}: {told}");
    }
}

#[test]
fn what_can_be_mended_for_certain_is_and_the_rest_stays() {
    let text = "+++\ntitle = \"A page\"\n+++\n## Food\n\nSee [a list](http://fda.example/) of food.\n\n#### Drink\n\nIt cures burnout.\n";
    let project = program("content/a.md", text);
    let output = project.run(&["check", "--fix"]);
    let (_, errors) = said(&output);
    assert!(errors.contains("mended 2") && errors.contains("is a claim") && !errors.contains("skips"), "{errors}");
    assert_eq!(project.read("content/a.md"), text.replace("http://", "https://").replace("#### Drink", "### Drink"));
    assert_eq!(told(&project).len(), 1);
}

#[test]
fn a_rule_is_explained_with_its_reason_and_examples() {
    let project = clean_site();
    let (told, _) = said(&project.run(&["check", "--explain", "claims/fda-approved"]));
    for part in [
        "claims/fda-approved (error)",
        "Source: FDA, October 2023",
        "    Ketamine is FDA approved.\n",
        "lint-ignore claims/fda-approved",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let (list, _) = said(&project.run(&["check", "--explain"]));
    assert_eq!(list.lines().count(), RULES.len());
    let (_, errors) = said(&project.run(&["check", "--explain", "claims/curse"]));
    assert!(
        errors.contains("there is no rule `claims/curse`") && errors.contains("did you mean `claims/cure`?"),
        "{errors}"
    );
}

/// Another site, on this machine. It counts what it is asked.
fn elsewhere() -> (String, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    use std::io::{BufRead, BufReader, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it has one").to_string();
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let counted = counted.clone();
            std::thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().expect("a socket")).lines().map_while(Result::ok);
                let first = lines.next().unwrap_or_default();
                lines.take_while(|line| !line.is_empty()).for_each(drop);
                counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let mut words = first.split(' ');
                let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                let status = match (method, path) {
                    (_, "/there") | ("GET", "/no-head") => "200 OK",
                    ("HEAD", "/no-head") => "405 Method Not Allowed",
                    (_, "/moved") => "301 Moved Permanently\r\nLocation: /there",
                    (_, "/for-now") => "302 Found\r\nLocation: /there",
                    (_, "/circle") => "302 Found\r\nLocation: /circle",
                    (_, "/closed") => "403 Forbidden",
                    _ => "404 Not Found",
                };
                let _ = write!(&stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            });
        }
    });
    (address, asked)
}

#[test]
fn other_sites_are_asked_politely_and_only_where_somebody_wants_it() {
    let (address, asked) = elsewhere();
    let link = |path: &str| format!("- [To {path}](http://{address}/{path})\n");
    let text: String = ["there", "no-head", "moved", "for-now", "circle", "closed", "gone"].map(link).concat();
    let project = program("content/a.md", &format!("+++\ntitle = \"A page\"\n+++\n{text}"));
    assert_eq!(shown(&told(&project)), "");
    assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 0);
    let external = || {
        let findings =
            holdspace::check::check_with(&project.open().0, TODAY, Besides { external: true, ..Besides::default() })
                .findings;
        let line = |finding: &&Diagnostic| finding.place.as_ref().map_or(0, |place| place.line);
        findings.sorted().into_iter().map(|finding| (finding.rule, line(&finding))).collect::<Vec<_>>()
    };
    let wrong = [("links/moved", 6), ("links/silent", 8), ("links/closed", 9), ("links/gone", 10)];
    assert_eq!(external(), wrong);
    // What was well is not asked again.
    let before = asked.swap(0, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(external(), wrong);
    assert!(asked.load(std::sync::atomic::Ordering::Relaxed) < before);
    // What has moved for good is written anew.
    let output = project.run(&["check", "--external", "--fix"]);
    assert!(said(&output).1.contains("mended 1"), "{:?}", said(&output));
    assert!(project.read("content/a.md").contains(&format!("[To moved](http://{address}/there)")));
}

#[test]
fn a_machine_without_a_network_is_told_once() {
    // Nobody listens there.
    let text = "+++\ntitle = \"A page\"\n+++\n[One](http://127.0.0.1:9/a) and [two](http://127.0.0.1:9/b).\n";
    let project = program("content/a.md", text);
    let findings =
        holdspace::check::check_with(&project.open().0, TODAY, Besides { external: true, ..Besides::default() })
            .findings;
    let rules: Vec<&str> = findings.sorted().into_iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["links/offline"]);
}

#[test]
fn a_piece_that_somebody_put_in_the_place_of_another_is_told_once() {
    let project = clean_site();
    let check = || {
        let besides = Besides { remember: true, ..Besides::default() };
        let findings = holdspace::check::check_with(&project.open().0, TODAY, besides).findings;
        shown(&findings.sorted().into_iter().cloned().collect::<Vec<_>>())
    };
    assert_eq!(check(), "");
    assert_eq!(check(), "");
    project.write("playlists/music/a.wav", tones::wav(tones::Wave::Right(330.0), 40.0, 48_000));
    assert!(check().contains("music/changed playlists/session.toml:6:8+13"), "{}", check());
    assert_eq!(check(), "");
}

/// A page as somebody may leave it: each time other blocks, some of which are wrong.
fn some_page(seed: &mut u64) -> String {
    let mut below = |n: usize| {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 33) as usize % n
    };
    let blocks = [
        "Hello.",
        "It cures burnout.",
        "We utilize a mask.",
        "See [a list](http://fda.example/).",
        "![](door.png)",
        "#### Deep",
        "## Food",
        "<img src=\"https://cdn.example/a.png\">",
        "<!-- lint-ignore claims/cure: it is quoted -->\nIt cures all.",
        "The key is sk_live_abcdefghijklmnopqrstuvwx.",
        "Call 1-800-273-8255.",
        "## The benefits\n\nKetamine may bring calm.",
    ];
    let extra =
        ["", "[extra]\nreview = true\n", "[extra]\nguide = true\n", "[extra]\nreviewed = \"2026-11-28\"\n"][below(4)];
    let body: Vec<&str> = (0..below(6)).map(|_| blocks[below(blocks.len())]).collect();
    format!("+++\ntitle = \"Page {}\"\n{extra}+++\n{}\n", below(3), body.join("\n\n"))
}

#[test]
fn what_was_kept_of_unchanged_pages_is_what_a_fresh_check_finds() {
    let project = clean_site();
    let (mut seed, mut kept_some) = (7_u64, false);
    let cache = project.path(".holdspace/check/pages.json");
    for round in 0..40_usize {
        for page in 0..6_usize {
            if seed >> 40 & 1 == 0 || round == 0 {
                project.write(&format!("content/page-{page}.md"), some_page(&mut seed));
            }
            some_page(&mut seed);
        }
        match round % 10 {
            3 => std::fs::write(&cache, "damaged").expect("it is ours"),
            5 => drop(std::fs::remove_file(&cache)),
            7 => project.write(
                "holdspace.toml",
                format!("{}[check]\noff = [\"plain/word\"]\n", clean_site().read("holdspace.toml")),
            ),
            8 => project.write("holdspace.toml", clean_site().read("holdspace.toml")),
            _ => {}
        }
        let today = if round % 4 == 2 { "2026-11-27" } else { TODAY };
        let check = |keep| {
            let besides = Besides { keep, ..Besides::default() };
            let checked = holdspace::check::check_with(&project.open().0, today, besides);
            let findings = serde_json::to_string_pretty(&checked.findings.sorted()).expect("plain data");
            (findings, format!("{:?}", checked.mends), checked.pages)
        };
        let fresh = check(false);
        kept_some |= cache.is_file();
        assert_eq!(check(true), fresh, "round {round}");
        assert_eq!(check(true), fresh, "round {round}, nothing changed");
    }
    assert!(kept_some);
}

#[cfg(feature = "guides")]
#[test]
fn a_guide_that_nobody_reads_in_one_evening_is_told() {
    let paragraph = "Rest well. Eat little. Drink water.\n\n";
    let guide = |paragraphs: usize| {
        let top = "+++\ntitle = \"A page\"\nupdated = 2026-11-01\n[extra]\nguide = true\n+++\n";
        let findings = told(&program("content/a.md", &format!("{top}{}", paragraph.repeat(paragraphs))));
        findings.into_iter().filter(|finding| finding.rule != "plain/grade").map(|f| f.message).collect::<Vec<_>>()
    };
    assert_eq!(guide(20), Vec::<String>::new());
    let long = guide(600);
    assert!(matches!(&long[..], [one] if one.starts_with("the handout of this guide has ")), "{long:?}");
}
