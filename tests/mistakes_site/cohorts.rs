//! Mistakes in the dates of a group.

use crate::support::TestProject;

fn project(dates: &str) -> TestProject {
    TestProject::new()
        .page("program/_index.md", "The steps.")
        .page("program/preparation-1.md", "+++\ntitle = \"Preparation\"\nweight = 1\n+++\n")
        .page("program/session-1.md", "+++\ntitle = \"Session\"\nweight = 2\n+++\n")
        .file("content/cohorts/spring.toml", format!("title = \"Spring\"\nzone = \"America/Denver\"\n{dates}"))
}

#[test]
fn a_date_before_the_one_that_it_must_follow() {
    let dates = "[[date]]\nstep = \"preparation-1\"\nstart = 2099-03-09T09:00:00\nend = 11:00:00\n\
                 [[date]]\nstep = \"session-1\"\nstart = 2099-03-03T09:00:00\nend = 13:00:00\n";
    told!(project(dates), @r#"
error: `session-1` begins before `preparation-1` is over, which it must follow
  ──▶ content/cohorts/spring.toml:9:9
  │
9 │ start = 2099-03-03T09:00:00
  │         ^^^^^^^^^^^^^^^^^^^
  = hint: `preparation-1` is over at `2099-03-09T11:00:00`; is this the right day?

1 error
"#);
}

#[test]
fn an_hour_that_the_clocks_leave_out() {
    let dates = "[[date]]\nstep = \"preparation-1\"\nstart = 2027-03-14T02:30:00\nlength = \"2h\"\n\
                 [[date]]\nstep = \"sesion-1\"\nfrom = 2099-03-03\n";
    told!(project(dates), @r#"
warning: this cohort has no date for `session-1`
  ──▶ content/cohorts/spring.toml
  = hint: add `[[date]]` with `step = "session-1"`

error: there is no `2027-03-14T02:30:00` in America/Denver: the clocks go forward over it
  ──▶ content/cohorts/spring.toml:5:9
  │
5 │ start = 2027-03-14T02:30:00
  │         ^^^^^^^^^^^^^^^^^^^
  = hint: did you mean `2027-03-14T03:30:00`?

error: the program has no step `sesion-1`
  ──▶ content/cohorts/spring.toml:8:8
  │
8 │ step = "sesion-1"
  │        ^^^^^^^^^^
  = hint: did you mean `session-1`?

2 errors, 1 warning
"#);
}
