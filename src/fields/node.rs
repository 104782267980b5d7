//! A text of keys and values as a tree, each with its place: what TOML and YAML have in common. Pure.

use std::ops::Range;

/// Something and the bytes that it was written in, counted from the beginning of the text.
#[derive(Clone, Debug)]
pub(super) struct Item<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    /// A date or a time that stands without quotes.
    Moment(String),
    List(Vec<Item<Node>>),
    Table(Table),
    /// YAML's `null`.
    Nothing,
}

/// Keys and their values, in the order of the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Table(pub(super) Vec<(Item<String>, Item<Node>)>);

impl Table {
    pub(super) fn get(&self, key: &str) -> Option<&Item<Node>> {
        self.0.iter().find(|(name, _)| name.value == key).map(|(_, value)| value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(Item<String>, Item<Node>)> {
        self.0.iter()
    }
}

impl Node {
    /// What it is, for who does not program.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Node::Text(_) => "a text",
            Node::Integer(_) => "a whole number",
            Node::Float(_) => "a number",
            Node::Flag(_) => "`true` or `false`",
            Node::Moment(_) => "a date",
            Node::List(_) => "a list",
            Node::Table(_) => "a table",
            Node::Nothing => "nothing",
        }
    }

    /// The same as free data.
    pub(super) fn free(&self) -> serde_json::Value {
        use serde_json::Value;
        match self {
            Node::Text(text) | Node::Moment(text) => Value::String(text.clone()),
            Node::Integer(number) => Value::from(*number),
            Node::Float(number) => Value::from(*number),
            Node::Flag(flag) => Value::Bool(*flag),
            Node::List(items) => Value::Array(items.iter().map(|item| item.value.free()).collect()),
            Node::Table(table) => {
                Value::Object(table.iter().map(|(key, item)| (key.value.clone(), item.value.free())).collect())
            }
            Node::Nothing => Value::Null,
        }
    }
}
