//! The headers that a site is published with, so that the preview sends them too: the site's own `_headers` file, and
//! the policy that may stand in a page. Pure. A policy is widened by what the preview itself needs, and by nothing else:
//! its script, and its questions to this server.

/// The rules of a `_headers` file: a line with a path, and headers indented below it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    rules: Vec<Rule>,
}

#[derive(Debug, PartialEq, Eq)]
struct Rule {
    pattern: String,
    headers: Vec<(String, String)>,
}

/// What the preview itself decides: how long a file is kept, what it is, and that it comes without TLS.
const OURS: [&str; 5] =
    ["cache-control", "content-type", "content-length", "strict-transport-security", "transfer-encoding"];

impl Rules {
    /// Reads a `_headers` file. What isn't a rule is left out.
    pub(super) fn parse(text: &str) -> Self {
        let mut rules: Vec<Rule> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
            if !line.starts_with(char::is_whitespace) {
                rules.push(Rule { pattern: line.trim().to_owned(), headers: Vec::new() });
            } else if let (Some(rule), Some((name, value))) = (rules.last_mut(), line.split_once(':')) {
                rule.headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Self { rules }
    }

    /// The headers for a path that begins with a slash, as the preview sends them.
    pub(super) fn of(&self, path: &str) -> impl Iterator<Item = (&str, String)> {
        let matching = self.rules.iter().filter(move |rule| matches(&rule.pattern, path));
        matching.flat_map(|rule| &rule.headers).filter(|(name, _)| !OURS.contains(&name.as_str())).map(
            |(name, value)| {
                let is_policy = name.starts_with("content-security-policy");
                (name.as_str(), if is_policy { widened(value) } else { value.clone() })
            },
        )
    }
}

/// Whether a path fits a pattern: `*` stands for anything, `:name` for one part.
fn matches(pattern: &str, path: &str) -> bool {
    if let Some((head, tail)) = pattern.split_once('*') {
        return path.strip_prefix(head).is_some_and(|rest| {
            tail.is_empty()
                || (0..=rest.len()).filter(|at| rest.is_char_boundary(*at)).any(|at| matches(tail, &rest[at..]))
        });
    }
    let (mut wanted, mut parts) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), parts.next()) {
            (None, None) => return true,
            (Some(wanted), Some(part)) if wanted == part || (wanted.starts_with(':') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

/// A policy under which the preview's own script runs, and may ask this server.
pub(super) fn widened(policy: &str) -> String {
    let mut directives: Vec<Vec<&str>> = policy.split(';').map(|part| part.split_whitespace().collect()).collect();
    // The preview parses pages as text, which this would forbid.
    directives.retain(|words| words.first().is_some_and(|name| *name != "require-trusted-types-for"));
    let named = |directives: &[Vec<&str>], name: &str| directives.iter().position(|words| words[0] == name);
    let fallback = named(&directives, "default-src");
    for name in ["script-src", "connect-src"] {
        match (named(&directives, name), fallback) {
            (Some(at), _) => allow_self(&mut directives[at]),
            (None, Some(at)) => {
                let mut own = directives[at].clone();
                own[0] = name;
                allow_self(&mut own);
                directives.push(own);
            }
            (None, None) => {}
        }
    }
    if let Some(at) = named(&directives, "script-src-elem") {
        allow_self(&mut directives[at]);
    }
    directives.iter().map(|words| words.join(" ")).collect::<Vec<_>>().join("; ")
}

fn allow_self(words: &mut Vec<&str>) {
    words.retain(|word| *word != "'none'");
    if !words.contains(&"'self'") && !words.contains(&"*") {
        words.push("'self'");
    }
}

/// A page whose own policy, where it has one in a `<meta>`, is widened.
pub(super) fn with_widened_policy(html: &str) -> String {
    let Some((start, end)) = policy_of(html) else { return html.to_owned() };
    format!("{}{}{}", &html[..start], widened(&html[start..end]), &html[end..])
}

/// Where the policy of a page stands.
fn policy_of(html: &str) -> Option<(usize, usize)> {
    let head = &html[..html.find("</head>").unwrap_or(html.len())];
    let named = head.to_ascii_lowercase().find("content-security-policy")?;
    let tag = head[..named].rfind('<')?;
    let tag_end = tag + end_of_tag(&head[tag..])?;
    let content = tag + head[tag..tag_end].find("content=")? + "content=".len();
    let quote = head[content..].chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let end = content + 1 + head[content + 1..].find(quote)?;
    Some((content + 1, end))
}

/// Where a tag ends; a `>` in quotes is none.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quoted = None;
    tag.char_indices().find_map(|(at, letter)| {
        match (quoted, letter) {
            (None, '"' | '\'') => quoted = Some(letter),
            (Some(quote), letter) if quote == letter => quoted = None,
            (None, '>') => return Some(at),
            _ => {}
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_that_fits_counts_and_what_is_ours_does_not() {
        let rules = Rules::parse(
            "# ours\n/*\n  X-Frame-Options: DENY\n  Cache-Control: public\n/guides/:name/\n  X-A: b:c\n/*.css\n  X-C: d\n",
        );
        let of = |path: &str| rules.of(path).map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>();
        assert_eq!(of("/"), ["x-frame-options: DENY"]);
        assert_eq!(of("/guides/day/"), ["x-frame-options: DENY", "x-a: b:c"]);
        assert_eq!(of("/guides/"), ["x-frame-options: DENY"]);
        assert_eq!(of("/haven.css"), ["x-frame-options: DENY", "x-c: d"]);
    }

    #[test]
    fn a_policy_is_widened_by_the_preview_and_by_nothing_else() {
        assert_eq!(
            widened("default-src 'none'; style-src 'self'; script-src 'sha256-x'; require-trusted-types-for 'script';"),
            "default-src 'none'; style-src 'self'; script-src 'sha256-x' 'self'; connect-src 'self'"
        );
        assert_eq!(widened("default-src 'self'"), "default-src 'self'; script-src 'self'; connect-src 'self'");
        assert_eq!(widened("frame-ancestors 'none'"), "frame-ancestors 'none'");
    }

    #[test]
    fn a_policy_in_the_page_is_widened_too() {
        let page =
            "<head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\"><title>T</title></head>";
        let widened = with_widened_policy(page);
        assert!(widened.contains("content=\"default-src 'none'; script-src 'self'; connect-src 'self'\"><title>"));
        let prose = "<head><title>Content-Security-Policy</title></head><p content=\"x\">";
        assert_eq!(with_widened_policy(prose), prose);
    }
}
