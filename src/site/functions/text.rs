//! Filters and tests of texts, as Zola has them from Tera's own collection (`tera-contrib`). Pure.

use tera::{Kwargs, State, StringInput, Tera, TeraResult, Value};
use tera_contrib::{base64, filesize_format, format, json, regex, urlencode};

use crate::site::slug;

/// Makes them known to Tera.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("base64_encode", base64::b64_encode);
    tera.register_filter("base64_decode", base64::b64_decode);
    tera.register_filter("escape_xml", escape_xml);
    tera.register_filter("filesizeformat", filesize_format::filesize_format);
    tera.register_filter("format", format::format);
    tera.register_filter("json_encode", json::json_encode);
    tera.register_filter("regex_replace", regex::RegexReplace::default());
    tera.register_filter("safe", safe);
    tera.register_filter("slugify", |text: &str, _: Kwargs, _: &State<'_>| slug::slugify(text));
    tera.register_filter("spaceless", regex::spaceless);
    tera.register_filter("striptags", striptags);
    tera.register_filter("urlencode", urlencode::urlencode);
    tera.register_filter("urlencode_strict", urlencode::urlencode_strict);
    tera.register_test("matching", regex::Matching::default());
}

/// A text that is HTML already. Tera's own copies it, and what is marked so is most often a page's words.
fn safe(value: &Value, _: Kwargs, _: &State<'_>) -> Value {
    match value.as_str() {
        Some(_) => value.clone().mark_safe(),
        None => Value::safe_string(&value.to_string()),
    }
}

/// A text as XML writes it, with what escapes HTML: Tera's own for XML goes letter by letter, and feeds show whole pages.
fn escape_xml(text: &str, _: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let mut escaped = Vec::with_capacity(text.len() + text.len() / 4);
    for (number, part) in text.split('\'').enumerate() {
        if number > 0 {
            escaped.extend_from_slice(b"&apos;");
        }
        tera::escape_html(part, &mut escaped).map_err(tera::Error::message)?;
    }
    String::from_utf8(escaped).map_err(tera::Error::message)
}

/// A text without its tags and comments. What was safe before is safe after.
fn striptags(text: StringInput<'_>, _: Kwargs, _: &State<'_>) -> Value {
    let mut plain = String::with_capacity(text.as_str().len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find('<') {
        let end = if rest[start..].starts_with("<!--") { "-->" } else { ">" };
        // What is never closed is no tag.
        let Some(length) = rest[start..].find(end) else { break };
        plain.push_str(&rest[..start]);
        rest = &rest[start + length + end.len()..];
    }
    plain.push_str(rest);
    text.inherit_safety(plain)
}

#[cfg(test)]
mod tests {
    use tera::Context;

    use super::*;

    #[test]
    fn what_is_safe_or_escaped_is_what_tera_itself_makes_of_it() {
        let mut ours = Tera::default();
        register(&mut ours);
        let mut context = Context::new();
        context.insert("words", "<b>and words that are too many for a small text</b>");
        context.insert("list", &["<", "é"]);
        for text in [
            "{{ words | safe }}",
            "{{ '<b>' | safe }}{{ words }}",
            "{{ 7 | safe }}{{ 1.5 | safe }}{{ true | safe }}",
            "{{ list | safe }}",
            "{{ none | safe }}",
            "{{ missing | safe }}",
            "{% filter safe %}<i>{{ words }}</i>{% endfilter %}",
            "{{ words | escape_xml }}{{ words | escape_xml | safe }}",
            "{{ `é'\"<>&&amp;€🙂'` | escape_xml | safe }}{{ '' | escape_xml }}",
            "{{ 7 | escape_xml }}",
            "{{ list | escape_xml }}",
        ] {
            let render = |tera: &Tera| tera.render_str(text, &context, true).map_err(|_| ());
            assert_eq!(render(&ours), render(&Tera::default()), "{text}");
        }
    }
}
