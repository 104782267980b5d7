//! How outputs are chosen by their names, and followed.

use super::*;

fn output(id: &str) -> Output {
    Output { id: id.to_owned(), name: format!("{id} speaker"), default: false, dummy: false }
}

fn default(id: &str) -> Output {
    Output { default: true, ..output(id) }
}

fn dummy() -> Output {
    Output { dummy: true, default: true, ..output("auto_null") }
}

fn ids(outputs: Vec<Output>) -> String {
    outputs.into_iter().map(|output| output.id).collect::<Vec<_>>().join(" ")
}

fn seen(outputs: &[Output]) -> Seen {
    Seen { outputs: outputs.to_vec(), moves: true }
}

#[test]
fn an_output_is_named_by_a_part_that_no_other_has() {
    let all = [output("garden"), output("hall"), output("hallway")];
    assert_eq!(called(&all, "Garden").expect("one").id, "garden");
    assert_eq!(called(&all, "hall").expect("the whole name wins").id, "hall");
    let error = |wanted| called(&all, wanted).expect_err("none").to_string();
    assert_eq!(error("hal"), "`hal` could be any of `hall speaker`, `hallway speaker`");
    assert_eq!(error("gardn speaker"), "there is no output called `gardn speaker`; did you mean `garden speaker`?");
}

#[test]
fn outputs_of_the_same_name_are_told_apart() {
    let mut all = [output("a"), output("b"), output("c")];
    all[1].name = all[0].name.clone();
    tell_apart(&mut all);
    assert_eq!(all.map(|output| output.name), ["a speaker [a]", "a speaker [b]", "c speaker"]);
}

#[test]
fn the_same_output_then_the_default_one_then_any_other_and_a_dummy_last() {
    let all = vec![dummy(), output("other"), default("new"), output("same")];
    let aim = Aim { wanted: Wanted::Default, last: Some("same".to_owned()), shunned: None, anywhere: true };
    assert_eq!(ids(aim.order(all.clone())), "same new other auto_null");
    let aim = Aim { wanted: Wanted::Called(output("other")), ..aim };
    assert_eq!(ids(aim.order(all.clone())), "other same new auto_null");
    let aim = Aim { shunned: Some("other".to_owned()), ..aim };
    assert_eq!(ids(aim.order(all)), "same new auto_null other", "one that takes no sound is worse than none");
}

#[test]
fn a_server_that_follows_the_default_is_believed() {
    let mut place = Whereabouts::new(Wanted::Default, default("a"));
    assert_eq!(place.see(&seen(&[default("a"), output("b")])), None);
    assert_eq!(place.see(&seen(&[output("a"), default("b")])), None);
    assert_eq!(place.at.id, "b");
    place.see(&seen(&[dummy()]));
    assert!(place.at.dummy, "nobody hears it");
    place.see(&seen(&[default("c")]));
    assert_eq!(place.at.id, "c");
}

#[test]
fn where_the_machine_does_not_follow_the_default_we_do_but_not_to_nowhere() {
    let look = |output: Output| Seen { outputs: vec![output], moves: false };
    let mut place = Whereabouts::new(Wanted::Default, default("a"));
    assert_eq!(place.see(&look(default("a"))), None);
    assert_eq!(place.see(&look(dummy())), None);
    assert_eq!(place.see(&look(default("b"))), Some(default("b")));
    assert_eq!(place.at.id, "a", "until it has moved");
    place.arrive(default("b"));
    assert_eq!(place.see(&look(default("b"))), None);
}

#[test]
fn a_named_output_is_gone_back_to_when_it_returns() {
    let mut place = Whereabouts::new(Wanted::Called(output("a")), output("a"));
    assert_eq!(place.see(&seen(&[output("a"), default("b")])), None);
    assert_eq!(place.see(&seen(&[default("b")])), None);
    assert_eq!(place.at.id, "b");
    assert_eq!(place.see(&seen(&[output("a"), default("b")])), Some(output("a")));
    place.arrive(output("a"));
    assert_eq!(place.see(&seen(&[output("a"), default("b")])), None);
}

#[test]
fn a_named_output_is_gone_back_to_when_the_default_drew_the_music_away() {
    let mut place = Whereabouts::new(Wanted::Called(output("a")), output("a"));
    assert_eq!(place.see(&seen(&[output("a"), default("b"), output("c")])), None);
    assert_eq!(place.see(&seen(&[output("a"), output("b"), default("c")])), Some(output("a")));
}

#[test]
fn a_stand_in_is_left_for_the_default_output_once_that_is_there() {
    let mut place = Whereabouts::new(Wanted::Default, output("stand-in"));
    assert_eq!(place.see(&seen(&[output("stand-in"), default("b")])), Some(default("b")));
}
