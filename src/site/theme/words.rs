//! What Tera says of values and arguments, in words for people who don't know what it is written in. Pure.

/// A message in our words, with a way out; `None` where it can stay as it is.
pub(super) fn told(message: &str) -> Option<(String, Option<String>)> {
    wrong_type(message).or_else(|| missing_argument(message)).or_else(|| pattern(message))
}

/// ``Invalid type for the value, expected `i128` but got `string` ``
fn wrong_type(message: &str) -> Option<(String, Option<String>)> {
    let rest = message.strip_prefix("Invalid type for the value, expected `")?;
    let (wanted, rest) = rest.split_once("` but got `")?;
    let given = rest.split('`').next()?;
    Some((format!("{} stands where {} belongs", kind(given), kind(wanted)), None))
}

fn kind(name: &str) -> String {
    let known = match name.trim_start_matches('&') {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize"
        | "integer" => "a whole number",
        "f32" | "f64" | "float" | "number" => "a number",
        "str" | "String" | "string" => "a text",
        "bool" => "`true` or `false`",
        "array" | "[Value]" | "Vec<Value>" => "a list",
        "map" | "Map" => "a table",
        "undefined" | "none" => "nothing",
        other => return format!("`{other}`"),
    };
    known.to_owned()
}

/// ``Missing keyword argument `to` ``, and ``Argument `kind` (type: `string`) missing``
fn missing_argument(message: &str) -> Option<(String, Option<String>)> {
    let of_function = message.strip_prefix("Missing keyword argument `").and_then(|rest| rest.strip_suffix('`'));
    let of_component = message
        .strip_prefix("Argument `")
        .filter(|rest| rest.ends_with("missing"))
        .and_then(|rest| rest.split('`').next());
    let name = of_function.or(of_component)?;
    Some((format!("the argument `{name}` is missing"), Some(format!("write `{name}=…`"))))
}

/// The words of the regular expressions' parser, which draws.
fn pattern(message: &str) -> Option<(String, Option<String>)> {
    let drawn = message.strip_prefix("Invalid regex:")?;
    let why = drawn.rsplit("error: ").next().unwrap_or(drawn).trim();
    let hint = r"a sign that is meant as it is has a `\` before it: `\(`, `\[`, `\*`";
    Some((format!("this pattern is no regular expression: {why}"), Some(hint.to_owned())))
}
