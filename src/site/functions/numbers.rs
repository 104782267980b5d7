//! Numbers: `num_format`, and chance: `get_random`, `shuffle`. Chance follows from its seed, or from the page that asks,
//! so that the same program gives the same site, byte for byte. Pure.

use num_format::{Locale, ToFormattedString};
use tera::{Kwargs, State, Tera, TeraResult, Value};

use crate::diagnostic::did_you_mean;
use crate::site::functions::taught;

/// Makes chance known to Tera.
pub(super) fn register(tera: &mut Tera) {
    tera.register_function("get_random", get_random);
    tera.register_filter("shuffle", shuffle);
}

/// `{{ 1000000 | num_format(locale="en-IN") }}` → `10,00,000`; as in `language` where nothing else is said.
pub(super) fn num_format(number: i128, arguments: &Kwargs, language: &str) -> TeraResult<String> {
    let asked = arguments.get::<&str>("locale")?;
    let name = asked.unwrap_or(language);
    // A language's own variant, where it isn't known, writes numbers as the language does.
    let base = || name.split('-').next().and_then(|base| Locale::from_name(base).ok());
    let locale = Locale::from_name(name).ok().or_else(|| asked.is_none().then(base)?);
    let locale = locale.or_else(|| asked.is_none().then_some(Locale::en)).ok_or_else(|| {
        taught(&format!("there is no locale `{name}`"), did_you_mean(name, Locale::available_names().iter().copied()))
    })?;
    Ok(number.to_formatted_string(&locale))
}

/// `{{ get_random(start=1, end=7, seed="x") }}`: from `start` on, below `end`.
fn get_random(arguments: Kwargs, state: &State<'_>) -> TeraResult<i64> {
    let start = arguments.must_get::<i64>("start")?;
    let end = arguments.must_get::<i64>("end")?;
    if start >= end {
        let hint = "it takes a number from `start` on, and below `end`".to_owned();
        return Err(taught(&format!("there is no number between {start} and {end}"), Some(hint)));
    }
    let width = i128::from(end) - i128::from(start);
    let number = i128::from(chance(&arguments, state)?.next()) % width;
    Ok(i64::try_from(i128::from(start) + number).expect("it lies between two of its kind"))
}

/// `{{ section.pages | shuffle(seed="x") }}`
fn shuffle(mut list: Vec<Value>, arguments: Kwargs, state: &State<'_>) -> TeraResult<Vec<Value>> {
    let mut chance = chance(&arguments, state)?;
    for last in (1..list.len()).rev() {
        let other = usize::try_from(chance.next() % (last as u64 + 1)).expect("it is at most an index");
        list.swap(last, other);
    }
    Ok(list)
}

fn chance(arguments: &Kwargs, state: &State<'_>) -> TeraResult<Chance> {
    let seed = match arguments.get::<&Value>("seed")? {
        Some(seed) => seed.to_string(),
        None => state.get::<String>("current_path")?.unwrap_or_default(),
    };
    // FNV-1a: any two texts that differ begin elsewhere.
    let state = seed
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Ok(Chance { state })
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Chance {
    state: u64,
}

impl Chance {
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
