//! Stylesheets and scripts: each gets a name that holds its content's hash, so that a browser may keep it for ever and
//! never shows an old one. A stylesheet becomes one file with all it imports, for the browsers that people have, and
//! small; what its `url()`s name gets such a name, too.
//!
//! A script is not changed, only named: what a page runs is what somebody wrote. One that looks for its neighbours by
//! its own address keeps its name. The files under their old names stay where they are: another site may use them.

mod bundle;
mod css;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use foldhash::HashMap;
use sha2::{Digest, Sha384};

use crate::diagnostic::Findings;
use crate::site::Artifact;
use crate::site::headers::Policy;

/// Where files lie whose names hold their hash.
pub const FOLDER: &str = "hashed";

/// The files that pages may link.
#[derive(Debug)]
pub struct Files {
    base_url: String,
    files: HashMap<String, File>,
}

#[derive(Debug)]
struct File {
    bytes: Arc<[u8]>,
    /// Where it came from, for findings.
    shown: String,
    made: OnceLock<Option<Made>>,
}

/// A file under its new name.
#[derive(Clone, Debug)]
pub struct Made {
    /// Where it is: `hashed/haven.0123456789abcdef.css`.
    pub path: String,
    /// What a browser can check it by.
    pub integrity: String,
    /// What it fetches itself.
    pub policy: Policy,
    /// Whether it stays as it is and where it is, after all.
    pub keeps_its_name: bool,
    bytes: Vec<u8>,
    /// The files that it names by their new names.
    names: BTreeSet<String>,
    findings: Findings,
}

/// What a file is in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Style,
    Script,
    Other,
}

impl Files {
    /// Files by their paths in the site, each with the path that findings show.
    pub fn new(base_url: &str, files: impl IntoIterator<Item = (String, Arc<[u8]>, String)>) -> Files {
        let file = |(path, bytes, shown)| (path, File { bytes, shown, made: OnceLock::new() });
        Files { base_url: base_url.to_owned(), files: files.into_iter().map(file).collect() }
    }

    /// A file under its new name; `None` where there is no such file, or it keeps its name.
    pub fn made(&self, path: &str) -> Option<&Made> {
        let file = self.files.get(path)?;
        file.made.get_or_init(|| self.make(path, file)).as_ref()
    }

    /// Whether there is such a file.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// A file's text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).and_then(|file| std::str::from_utf8(&file.bytes).ok())
    }

    fn make(&self, path: &str, file: &File) -> Option<Made> {
        match kind(path) {
            Kind::Style => Some(bundle::bundle(self, path)),
            Kind::Script if std::str::from_utf8(&file.bytes).map_or(true, knows_its_address) => None,
            Kind::Script | Kind::Other => Some(Made::new(path, file.bytes.to_vec())),
        }
    }

    /// Makes the stylesheets that somebody is likely to ask for, by their names in a text.
    pub fn make_ahead(&self, is_named: impl Fn(&str) -> bool) {
        let name = |path: &str| path.rsplit('/').next().is_some_and(&is_named);
        for path in self.files.keys().filter(|path| kind(path) == Kind::Style && name(path)) {
            self.made(path);
        }
    }

    /// These files, and what they name, as files; and what is wrong in them.
    pub fn with_named(&self, paths: &BTreeSet<String>) -> (Vec<Artifact>, Findings) {
        let mut artifacts = BTreeMap::new();
        let mut findings = Findings::new();
        let named = paths.iter().filter_map(|path| self.made(path)).flat_map(|made| &made.names);
        let all: BTreeSet<&String> = named.chain(paths).collect();
        for made in all.into_iter().filter_map(|path| self.made(path)) {
            if !made.keeps_its_name {
                artifacts.insert(made.path.clone(), Artifact::file(&format!("/{}", made.path), made.bytes.clone()));
            }
            findings.extend(made.findings.clone());
        }
        (artifacts.into_values().collect(), findings)
    }
}

fn kind(path: &str) -> Kind {
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => Kind::Style,
        "js" | "mjs" => Kind::Script,
        _ => Kind::Other,
    }
}

/// Whether a script may look for other files by its own address: then that must stay.
fn knows_its_address(script: &str) -> bool {
    let signs = [
        "import",
        "export",
        "currentScript",
        "document.scripts",
        "script\"",
        "script'",
        "script[",
        "sourceMappingURL",
        "importScripts",
    ];
    signs.iter().any(|sign| script.contains(sign))
}

impl Made {
    fn new(path: &str, bytes: Vec<u8>) -> Made {
        let name = path.rsplit('/').next().unwrap_or(path);
        let hash = &blake3::hash(&bytes).to_hex()[..16];
        let name = match name.rsplit_once('.') {
            Some((stem, ending)) => format!("{stem}.{hash}.{ending}"),
            None => format!("{name}.{hash}"),
        };
        Made {
            path: format!("{FOLDER}/{name}"),
            integrity: format!("sha384-{}", STANDARD.encode(Sha384::digest(&bytes))),
            policy: Policy::default(),
            keeps_its_name: false,
            bytes,
            names: BTreeSet::new(),
            findings: Findings::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Colour, human};

    fn files(files: &[(&str, &str)]) -> Files {
        let file = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().into(), format!("static/{path}"));
        Files::new("https://x.org/sub/", files.iter().map(file))
    }

    fn paths(path: &str) -> BTreeSet<String> {
        BTreeSet::from([path.to_owned()])
    }

    fn css(given: &[(&str, &str)]) -> (String, String) {
        let files = files(given);
        let made = files.made(given[0].0).expect("a stylesheet");
        let (_, findings) = files.with_named(&paths(given[0].0));
        (String::from_utf8(made.bytes.clone()).unwrap(), human(&findings, Colour::Off))
    }

    #[test]
    fn a_stylesheet_becomes_one_file_with_what_it_imports() {
        let (css, said) = css(&[
            (
                "a.css",
                "@import 'parts/b.css';@import url(parts/c.css) layer(base) screen; a { color: #ff0000; & b { top: 0 } }",
            ),
            ("parts/b.css", "@import '../d.css'; b { left: 1px }"),
            ("parts/c.css", "c { right: 1px }"),
            ("d.css", "d { bottom: 1px }"),
        ]);
        assert_eq!(css, "d{bottom:1px}b{left:1px}@media screen{@layer base{c{right:1px}}}a{color:red}a b{top:0}");
        assert_eq!(said, "");
    }

    #[test]
    fn what_a_stylesheet_names_gets_a_name_with_its_hash() {
        let given = [
            (
                "css/a.css",
                "@import 'b.css'; a { background: url('../i/x y.png#z'), url(data:,x) } i { --x: url(/sub/i/k.svg?v=2) }",
            ),
            ("css/b.css", "@font-face { font-family: F; src: url(f.woff2) format('woff2') }"),
            ("css/f.woff2", "font"),
            ("i/x y.png", "png"),
            ("i/k.svg", "svg"),
        ];
        let files = files(&given);
        let made = files.made("css/a.css").unwrap();
        let text = String::from_utf8(made.bytes.clone()).unwrap();
        let name = |path: &str| files.made(path).unwrap().path.strip_prefix("hashed/").unwrap().to_owned();
        assert!(text.contains(&format!("url({})", name("css/f.woff2"))), "{text}");
        assert!(text.contains(&format!("url({}#z)", name("i/x y.png").replace(' ', "%20"))), "{text}");
        assert!(text.contains("url(data:,x)"), "{text}");
        assert!(text.contains(&format!("--x:url({})", name("i/k.svg"))), "{text}");
        assert_eq!(made.policy.text(), "font-src 'self'; img-src 'self' data:");
        assert_eq!(files.with_named(&paths("css/a.css")).0.len(), 4);
    }

    #[test]
    fn what_was_made_ahead_and_nobody_asked_for_is_no_file_of_the_site() {
        let files =
            files(&[("css/a.css", "a { background: url(a.png) }"), ("css/a.png", "png"), ("b.css", "b { : 0 }")]);
        files.make_ahead(|name| name.ends_with(".css"));
        assert!(files.files.values().all(|file| file.made.get().is_some()));
        let (artifacts, findings) = files.with_named(&BTreeSet::new());
        assert_eq!((artifacts, findings.sorted().len()), (vec![], 0));
        assert_eq!(files.with_named(&paths("css/a.css")).0.len(), 2);
    }

    #[test]
    fn what_is_missing_and_what_goes_in_a_circle_is_told_at_its_place() {
        let (css, said) = css(&[
            ("a.css", "@import 'b.css';\n@import 'parts/none.css';\na { background: url(none.png) }\n"),
            ("b.css", "@import 'a.css';\nb { top: 0 }\n"),
        ]);
        assert_eq!(css, "b{top:0}a{background:url(none.png)}");
        insta::assert_snapshot!(said, @r"
        warning: there is no file `parts/none.css`
          ──▶ static/a.css:2:10
          │
        2 │ @import 'parts/none.css';
          │          ^^^^^^^^^^^^^^

        warning: there is no file `none.png`
          ──▶ static/a.css:3:21
          │
        3 │ a { background: url(none.png) }
          │                     ^^^^^^^^

        warning: `a.css` imports this stylesheet in its turn
          ──▶ static/b.css:1:10
          │
        1 │ @import 'a.css';
          │          ^^^^^
          = hint: take one of the two imports away

        3 warnings
        ");
    }

    #[test]
    fn what_comes_from_elsewhere_stays_and_stands_first() {
        let given = [
            ("a.css", "@import 'b.css'; a { top: 0 }"),
            ("b.css", "@import url(https://fonts.example/css?a=b); b { background: url(//cdn.example/x.png) }"),
        ];
        let files = files(&given);
        let made = files.made("a.css").unwrap();
        assert_eq!(
            String::from_utf8(made.bytes.clone()).unwrap(),
            "@import \"https://fonts.example/css?a=b\";b{background:url(//cdn.example/x.png)}a{top:0}"
        );
        assert_eq!(made.policy.text(), "img-src cdn.example; style-src https://fonts.example");
    }

    #[test]
    fn a_stylesheet_with_a_mistake_is_told_of_and_stays_as_it_is() {
        let given = [("a.css", "a { top: 0 }\nb { color: red; : blue }\nc { left: 0 }\n")];
        let files = files(&given);
        assert!(files.made("a.css").unwrap().keeps_its_name);
        let (artifacts, findings) = files.with_named(&paths("a.css"));
        assert_eq!(artifacts, []);
        let said = human(&findings, Colour::Off);
        assert!(said.contains("warning: browsers pass over this: ") && said.contains("static/a.css:2:"), "{said}");
    }

    #[test]
    fn imports_that_multiply_have_an_end() {
        let each: Vec<(String, String)> = (0..40)
            .map(|n| (format!("{n}.css"), format!("@import '{0}.css';@import '{0}.css';i{n}{{top:0}}", n + 1)))
            .collect();
        let given: Vec<(&str, &str)> = each.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let (_, said) = css(&given);
        assert!(said.contains("the stylesheets that it imports make it too large"), "{said}");
    }

    #[test]
    fn a_script_keeps_its_words_and_one_that_knows_its_address_its_name() {
        let given =
            [("a.js", "alert( 1 )  // hi"), ("m.js", "import './x.js'"), ("c.js", "document.currentScript.src")];
        let files = files(&given);
        let made = files.made("a.js").unwrap();
        assert_eq!(made.bytes, b"alert( 1 )  // hi");
        assert!(made.integrity.starts_with("sha384-") && made.path.starts_with("hashed/a."), "{made:?}");
        assert!(files.made("m.js").is_none() && files.made("c.js").is_none() && files.made("none.js").is_none());
    }
}
