//! Which texts are calls, and which are prose.

use super::*;

fn found(text: &str) -> (Found, Vec<String>) {
    let source = SourceText::new("a.md", text);
    let (found, findings) = parse(&source, 0..text.len(), &[]);
    (found, findings.sorted().iter().map(|d| d.message.clone()).collect())
}

fn calls(text: &str) -> (Vec<Call>, Vec<String>) {
    let (found, findings) = found(text);
    (found.calls, findings)
}

fn values(call: &Call) -> Vec<(&str, &Literal)> {
    call.arguments.iter().map(|a| (a.name.value.as_str(), &a.value.value)).collect()
}

#[test]
fn a_call_keeps_its_arguments_and_their_places() {
    let text = "x {{ note(kind = \"a \\\"b\\\"\", n=-3, f=1.5, on=true, l=[`a`, 'b', 1,],) }} y";
    let (calls, findings) = calls(text);
    assert_eq!(findings, [""; 0]);
    let list = Literal::List(vec![Literal::Text("a".to_owned()), Literal::Text("b".to_owned()), Literal::Integer(1)]);
    assert_eq!(
        values(&calls[0]),
        [
            ("kind", &Literal::Text("a \"b\"".to_owned())),
            ("n", &Literal::Integer(-3)),
            ("f", &Literal::Float(1.5)),
            ("on", &Literal::Flag(true)),
            ("l", &list)
        ]
    );
    assert_eq!(&text[calls[0].arguments[1].value.span.clone()], "-3");
    assert_eq!(&text[calls[0].span.clone()], &text[2..text.len() - 2]);
}

#[test]
fn a_tag_is_a_call_too() {
    let text =
        "x {{ <ui.note kind=\"a b\" n={ 1 } l={[1, 2]} page t={page.title | upper} m={ {a: \"}\"} } {...more} /> }} y";
    let (calls, findings) = calls(text);
    assert_eq!(findings, [""; 0]);
    assert_eq!((calls[0].name.value.as_str(), calls[0].form), ("ui.note", Form::Tag));
    let list = Literal::List(vec![Literal::Integer(1), Literal::Integer(2)]);
    let expression = &Literal::Expression;
    assert_eq!(
        values(&calls[0]),
        [
            ("kind", &Literal::Text("a b".to_owned())),
            ("n", &Literal::Integer(1)),
            ("l", &list),
            ("page", expression),
            ("t", expression),
            ("m", expression)
        ]
    );
    assert!(calls[0].needs_tera());
    assert_eq!(&text[calls[0].spread[0].clone()], "{...more}");
    assert_eq!(&text[calls[0].span.clone()], &text[2..text.len() - 2]);
}

#[test]
fn what_is_no_call_by_form_is_prose() {
    for prose in [
        "{{ name }}",
        "{{",
        "a {% b",
        "{{ 1 + (2) }}",
        "{ {x()}",
        "{{{{",
        "{%",
        "{{x",
        "{{ é() }}",
        "{{ <b>x</b> }}",
        "{{ < 3 }}",
        "{{ <3 }}",
        "{% </ %}",
        "{{/* x",
        "{{-",
    ] {
        assert_eq!(calls(prose), (vec![], vec![]), "{prose}");
    }
}

#[test]
fn bodies_nest_and_the_outermost_is_returned() {
    let text = "{% a() %}1{% <b> %}2{% </b> %}3{{ c() }}{% end %}{{ <d/> }}{% <e x=\"1\" > %}4{% </e > %}{{- f() -}}";
    let (calls, findings) = calls(text);
    assert_eq!(findings, [""; 0]);
    let names: Vec<&str> = calls.iter().map(|call| call.name.value.as_str()).collect();
    assert_eq!(names, ["a", "d", "e", "f"]);
    assert_eq!(&text[calls[0].body.clone().unwrap()], "1{% <b> %}2{% </b> %}3{{ c() }}");
    assert_eq!(&text[calls[2].body.clone().unwrap()], "4");
}

#[test]
fn what_is_escaped_is_no_call() {
    let text = "{{/* a() */}} {%/* b(x=\"1\") */%}c{%/* end */%} {% raw %}{{ d() }} {% e() %}{% endraw %}";
    let (found, findings) = found(text);
    assert_eq!((found.calls.len(), findings), (0, vec![]));
    let read: Vec<&str> = found.escapes.iter().map(|escape| escape.text.as_str()).collect();
    assert_eq!(read, ["{{ a() }}", "{% b(x=\"1\") %}", "{% end %}", "", ""]);
}

#[test]
fn every_broken_call_is_found() {
    let (_, findings) = calls("{% end %} {{ a(\"x\") }} {{ b(x=y) }} {{ <c x=1 /> }} {{ <d> }} {% d(");
    assert_eq!(findings.len(), 6, "{findings:?}");
}

#[test]
fn a_mistake_is_found_once() {
    for once in [
        "{% c %}x{% end %}",
        "{% c(x=y) %}x{% end %}",
        "{% c() %}x{% endc %}",
        "{% endc %}",
        "{% c %}",
        "{% <c x=y> %}x{% </c> %}",
        "{% <c> %}x{% </d> %}",
        "{% <c> %}x{% end %}",
        "{% c() %}x{% </c> %}",
        "{% </c> %}",
        "{% <c /> %}",
        "{% <c> %}",
        "{{ <c n={1 /> }}",
        "{{ c(n=[[1]]) }}",
        "{% raw %}",
    ] {
        assert_eq!(calls(once).1.len(), 1, "{once}: {:?}", calls(once).1);
    }
}
