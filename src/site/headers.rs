//! What a page may fetch and run, and what a host says with each file. A policy is made from what pages really use:
//! nothing that they don't is allowed, so that words which somebody smuggles into a page do nothing.
//!
//! Each page carries its own policy, since not every host reads `_headers`; the policy there allows what any page
//! needs, and says what only a header can. Both hold at once, so that neither loosens the other. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a policy speaks of, by the names of the standard (CSP 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Directive {
    Base,
    Connect,
    Font,
    Form,
    Frame,
    Image,
    Manifest,
    Media,
    Object,
    Script,
    ScriptAttribute,
    Style,
    StyleAttribute,
    Worker,
}

impl Directive {
    fn name(self) -> &'static str {
        match self {
            Directive::Base => "base-uri",
            Directive::Connect => "connect-src",
            Directive::Font => "font-src",
            Directive::Form => "form-action",
            Directive::Frame => "frame-src",
            Directive::Image => "img-src",
            Directive::Manifest => "manifest-src",
            Directive::Media => "media-src",
            Directive::Object => "object-src",
            Directive::Script => "script-src",
            Directive::ScriptAttribute => "script-src-attr",
            Directive::Style => "style-src",
            Directive::StyleAttribute => "style-src-attr",
            Directive::Worker => "worker-src",
        }
    }
}

/// What a page may fetch and run.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Policy {
    sources: BTreeMap<Directive, BTreeSet<String>>,
}

/// Longer than this a header is cut by one host or another.
const LONGEST: usize = 1500;

impl Policy {
    /// What a page of words needs, that has pictures and a style of this site: nobody knows of all of them beforehand
    /// which a browser fetches by itself.
    pub fn of_words() -> Policy {
        let mut policy = Policy::default();
        policy.allow(Directive::Image, "'self'".to_owned());
        policy.allow(Directive::Style, "'self'".to_owned());
        policy
    }

    /// Allows something.
    pub fn allow(&mut self, directive: Directive, source: String) {
        self.sources.entry(directive).or_default().insert(source);
    }

    /// Allows what another policy does.
    pub fn extend(&mut self, other: &Policy) {
        for (directive, sources) in &other.sources {
            self.sources.entry(*directive).or_default().extend(sources.iter().cloned());
        }
    }

    /// Whether it allows any script.
    pub fn has_scripts(&self) -> bool {
        self.sources.contains_key(&Directive::Script) || self.sources.contains_key(&Directive::ScriptAttribute)
    }

    /// What it allows, as it is written.
    pub fn text(&self) -> String {
        let directives = self.sources.iter().map(|(directive, sources)| {
            let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
            format!("{} {}", directive.name(), sources.join(" "))
        });
        directives.collect::<Vec<_>>().join("; ")
    }

    /// The whole policy: what it does not allow is forbidden.
    pub fn whole(&self) -> String {
        let mut whole = String::from("default-src 'none'");
        for closed in [Directive::Base, Directive::Form] {
            if !self.sources.contains_key(&closed) {
                let _ = write!(whole, "; {} 'none'", closed.name());
            }
        }
        let text = self.text();
        if text.is_empty() { whole } else { format!("{whole}; {text}") }
    }

    /// The same without the single hashes, for a header of bounded length: each page's own policy still has them.
    fn loose(&self) -> Policy {
        let mut loose = self.clone();
        for sources in loose.sources.values_mut() {
            let before = sources.len();
            sources.retain(|source| !source.starts_with("'sha"));
            if sources.len() < before {
                sources.insert("'unsafe-inline'".to_owned());
            }
        }
        loose
    }
}

/// The hash by which a policy knows a script or a style that stands in a page.
pub fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// Where an address leads, as a policy says it: `https://cdn.example`, `data:`. `None` is this site.
pub fn origin(address: &str) -> Option<String> {
    let address = address.trim();
    if let Some(rest) = address.strip_prefix("//") {
        return host(rest).map(str::to_owned);
    }
    let scheme = address.split(['/', '?', '#']).next()?.split_once(':')?.0.to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" | "ws" | "wss" => {
            let rest = address.get(scheme.len() + 1..)?.trim_start_matches('/');
            Some(format!("{scheme}://{}", host(rest)?))
        }
        "data" | "blob" => Some(format!("{scheme}:")),
        _ => None,
    }
}

/// A host with its port. What could end a policy's word, or begin another, is in no host.
fn host(rest: &str) -> Option<&str> {
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '_');
    (!host.is_empty() && host.chars().all(plain)).then_some(host)
}

/// The file that tells a host what to say with each file; Netlify, Cloudflare Pages and others read it.
/// `policy` is what all pages together need; `kept` are the folders whose files never change.
pub fn file(policy: Option<&Policy>, base_url: &str, kept: &[&str]) -> String {
    let root = base_url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, root)| root);
    let mut file = format!("/{root}*\n");
    if let Some(policy) = policy {
        let whole = policy.whole();
        let whole = if whole.len() > LONGEST { policy.loose().whole() } else { whole };
        let _ = writeln!(file, "  Content-Security-Policy: {whole}; frame-ancestors 'none'");
    }
    file.push_str(
        "  Referrer-Policy: no-referrer\n  X-Content-Type-Options: nosniff\n  X-Frame-Options: DENY\n  \
         Cross-Origin-Opener-Policy: same-origin\n  \
         Permissions-Policy: camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()\n",
    );
    for folder in kept {
        let _ = write!(file, "/{root}{folder}/*\n  Cache-Control: public, max-age=31536000, immutable\n");
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_forbids_what_it_does_not_allow() {
        assert_eq!(Policy::default().whole(), "default-src 'none'; base-uri 'none'; form-action 'none'");
        let mut policy = Policy::of_words();
        policy.allow(Directive::Form, "https://forms.example".to_owned());
        policy.allow(Directive::Script, hash("alert(1)"));
        assert_eq!(
            policy.whole(),
            "default-src 'none'; base-uri 'none'; form-action https://forms.example; img-src 'self'; \
             script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='; style-src 'self'"
        );
    }

    #[test]
    fn an_address_has_an_origin_or_is_ours() {
        let origins = [
            ("https://a.example:8443/x?y", Some("https://a.example:8443")),
            ("HTTPS://A.example", Some("https://A.example")),
            ("//cdn.example/x", Some("cdn.example")),
            ("data:image/png;base64,x", Some("data:")),
            ("https://who@a.example/", Some("https://a.example")),
            ("https://a.example;script-src/", None),
            ("a/b.png", None),
            ("tel:988", None),
            ("?a:b", None),
        ];
        for (address, expected) in origins {
            assert_eq!(origin(address).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn a_header_that_would_be_too_long_leaves_the_hashes_to_the_pages() {
        let mut policy = Policy::of_words();
        for number in 0..100 {
            policy.allow(Directive::Script, hash(&number.to_string()));
        }
        let file = file(Some(&policy), "https://x.org/sub/", &["hashed"]);
        assert!(file.contains("script-src 'unsafe-inline'; style-src 'self'; frame-ancestors 'none'\n"), "{file}");
        assert!(file.starts_with("/sub/*\n") && file.contains("\n/sub/hashed/*\n  Cache-Control:"), "{file}");
    }
}
