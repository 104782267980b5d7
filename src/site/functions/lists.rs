//! Filters of lists, where Tera's own would not make the same site twice. Pure.

use std::collections::HashMap;

use tera::value::Key;
use tera::{Kwargs, Map, State, Tera, TeraResult, Value};

use super::taught;

/// Makes them known to Tera.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("group_by", group_by);
}

/// `{{ section.pages | group_by(attribute="year") }}`: the groups in the order of the list. Tera's own, of 2.4, has them in
/// another order each time.
fn group_by(list: &[Value], arguments: Kwargs, _: &State<'_>) -> TeraResult<Map> {
    let attribute = arguments.must_get::<&str>("attribute")?;
    let mut groups: Vec<(Key<'static>, Vec<Value>)> = Vec::new();
    let mut numbers: HashMap<Key<'static>, usize> = HashMap::new();
    for (index, one) in list.iter().enumerate() {
        let Some(value) = one.get_from_path(attribute) else {
            let kind = one.name();
            let message = format!("Value at index {index} (a {kind}) does not have an attribute at path: {attribute}");
            return Err(taught(&message, None));
        };
        if value.is_none() {
            continue;
        }
        let key = key(value).ok_or_else(|| taught("Not a valid key type", None))?;
        let number = *numbers.entry(key.clone()).or_insert(groups.len());
        if number == groups.len() {
            groups.push((key, Vec::new()));
        }
        groups[number].1.push(one.clone());
    }
    Ok(groups.into_iter().map(|(key, group)| (key, group.into())).collect())
}

/// A value as what a group is called.
fn key(value: &Value) -> Option<Key<'static>> {
    let text = value.as_str().map(|text| Key::from(text.to_owned()));
    let number = || value.as_i64().map(Key::I64).or_else(|| value.as_u64().map(Key::U64));
    text.or_else(|| value.as_bool().map(Key::Bool)).or_else(number)
}

#[cfg(test)]
mod tests {
    use tera::Context;

    use super::*;

    #[test]
    fn groups_come_in_the_order_of_the_list() {
        let mut tera = Tera::new();
        register(&mut tera);
        let years = (0..40).map(|number| [("year", (number * 7) % 20 + 2000), ("number", number)]);
        let pages: Vec<std::collections::BTreeMap<_, _>> = years.map(|page| page.into_iter().collect()).collect();
        let mut context = Context::new();
        context.insert("pages", &pages);
        let template = "{% for year, of in pages | group_by(attribute=\"year\") %}{{ year }}:{% for page in of %} {{ page.number }}{% endfor %}; {% endfor %}";
        let told = tera.render_str(template, &context, false).expect("it renders");
        assert!(told.starts_with("2000: 0 20; 2007: 1 21; 2014: 2 22; 2001: 3 23; 2008: 4 24; "), "{told}");
        assert_eq!(told.matches(';').count(), 20);
    }
}
