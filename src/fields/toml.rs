//! TOML into a tree. It is the one file that knows the crate toml. Pure.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::node::{Item, Node, Table};
use super::{Fault, Read, syntax};

/// Reads a text. What follows a fault is read as well as it can be.
pub(super) fn read(text: &str) -> Read {
    let (table, errors) = DeTable::parse_recoverable(text);
    // What follows a fault of syntax is often its echo: the first is the author's mistake.
    let fault = errors.first().map(|error| {
        let span = error.span().unwrap_or(0..0);
        let (message, hint) = syntax::explain(error.message(), line_at(text, span.start));
        Fault { message, span, hint }
    });
    Read { table: self::table(table.into_inner()), fault }
}

/// The line that a byte lies in.
pub(super) fn line_at(text: &str, at: usize) -> &str {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].split('\n').next().unwrap_or_default();
    line.trim_end_matches('\r')
}

fn table(table: DeTable<'_>) -> Table {
    let entry = |(name, value): (Spanned<_>, Spanned<DeValue<'_>>)| {
        let name: Spanned<std::borrow::Cow<'_, str>> = name;
        (Item { span: name.span(), value: name.into_inner().into_owned() }, item(value))
    };
    Table(table.into_iter().map(entry).collect())
}

fn item(value: Spanned<DeValue<'_>>) -> Item<Node> {
    Item { span: value.span(), value: node(value.into_inner()) }
}

fn node(value: DeValue<'_>) -> Node {
    match value {
        DeValue::String(text) => Node::Text(text.into_owned()),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            let whole = i64::from_str_radix(&digits, number.radix());
            // A number too long to count with is none.
            whole.map_or_else(|_| Node::Text(number.to_string()), Node::Integer)
        }
        DeValue::Float(number) => Node::Float(number.as_str().replace('_', "").parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Node::Flag(flag),
        DeValue::Datetime(moment) => Node::Moment(moment.to_string()),
        DeValue::Array(items) => Node::List(items.into_iter().map(item).collect()),
        DeValue::Table(inner) => Node::Table(table(inner)),
    }
}
