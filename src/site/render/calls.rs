//! Component calls against what the theme defines: each mistake at its place in the Markdown.

use std::collections::BTreeMap;

use rayon::prelude::*;
use tera::{ComponentArg, ComponentArgType, ComponentInfo, Context, ErrorKind, Tera, Value};

use crate::diagnostic::{Diagnostic, Findings, SourceText, closest, did_you_mean};
use crate::fields::Spanned;
use crate::site::component::{Call, Form, Literal};
use crate::site::cores::briefly;
use crate::site::render::Stage;

/// The component that draws a session, and the data that it gets besides its arguments.
const SESSION: &str = "session";

/// Checks every component call of every page.
pub(super) fn check(stage: &Stage<'_>) -> Findings {
    let pages = briefly((0..stage.render.site.pages.len()).into_par_iter());
    let found = pages.flat_map_iter(|page| {
        let mut findings = Findings::new();
        check_page(stage, page, &mut findings);
        findings
    });
    found.collect::<Vec<Diagnostic>>().into_iter().collect()
}

/// The components of a theme. Tera makes what it knows of one anew each time that it is asked, and each call asks.
pub(super) struct Components {
    known: BTreeMap<String, ComponentInfo>,
    /// Whether one of them sees something of the page around it that it is not given: `@page`.
    pub(super) see_around: bool,
}

impl Components {
    /// Those that Tera knows.
    pub(super) fn of(tera: &Tera) -> Components {
        let known =
            tera.get_component_names().filter_map(|name| Some((name.to_owned(), tera.get_component_definition(name)?)));
        let known: BTreeMap<String, ComponentInfo> = known.collect();
        let see_around = known.values().any(|component| component.args().iter().any(ComponentArg::is_implicit));
        Components { known, see_around }
    }
}

/// Checks those of one page.
pub(super) fn check_page(stage: &Stage<'_>, page: usize, findings: &mut Findings) {
    let page = &stage.render.site.pages[page].page;
    for call in &page.document.calls {
        check_call(stage, &page.source.text, call, findings);
    }
}

fn check_call(stage: &Stage<'_>, source: &SourceText, call: &Call, findings: &mut Findings) {
    let checked = Checked { source, call };
    let name = &call.name;
    let Some(component) = stage.components.known.get(&name.value) else {
        let finding = checked.wrong(name, format!("there is no component `{}`", name.value));
        findings.push(finding.maybe_hint(known(stage, &name.value)));
        return;
    };
    let misspelt = checked.given(component, findings);
    checked.missing(component, &misspelt, findings);
    if call.body.is_some() && !stage.roomy.contains(name.value.as_str()) {
        let hint = call.example(false);
        findings.push(checked.wrong(name, format!("`{}` has no room for a text", name.value)).hint(hint));
    }
    check_session(stage, source, call, findings);
}

/// A call in the file where it was written.
struct Checked<'c> {
    source: &'c SourceText,
    call: &'c Call,
}

impl Checked<'_> {
    fn wrong(&self, written: &Spanned<String>, message: String) -> Diagnostic {
        Diagnostic::error("component/call", message).at(self.source.place(written.span.clone()))
    }

    /// Checks what the call gives. Returns the arguments that it meant and misspelt.
    fn given<'i>(&self, component: &'i ComponentInfo, findings: &mut Findings) -> Vec<&'i str> {
        let mut misspelt = Vec::new();
        for argument in &self.call.arguments {
            let (name, value) = (&argument.name, &argument.value);
            let wanted = component.args().iter().find(|arg| arg.name() == name.value);
            match wanted.map(ComponentArg::arg_type) {
                None if component.rest_param().is_none() => {
                    let message = format!("`{}` has no argument `{}`", self.call.name.value, name.value);
                    misspelt.extend(closest(&name.value, names(component)));
                    findings.push(self.wrong(name, message).hint(arguments_hint(component, &name.value)));
                }
                Some(Some(wanted)) if !fits(&value.value, wanted) => {
                    let message = format!("`{}` cannot be {}", name.value, kind(&value.value));
                    let place = self.source.place(value.span.clone());
                    findings.push(Diagnostic::error("component/call", message).at(place).hint(expected(wanted)));
                }
                _ => {}
            }
        }
        misspelt
    }

    /// Checks what the call doesn't give. What is only misspelt is not missing as well.
    fn missing(&self, component: &ComponentInfo, misspelt: &[&str], findings: &mut Findings) {
        let name = &self.call.name;
        // A map that is spread may hold anything.
        if !self.call.spread.is_empty() {
            return;
        }
        let given = |wanted: &str| self.call.arguments.iter().any(|argument| argument.name.value == wanted);
        for wanted in component.args().iter().filter(|arg| arg.is_required()).map(ComponentArg::name) {
            if !(given(wanted) || misspelt.contains(&wanted) || is_data(&name.value, wanted)) {
                let finding = self.wrong(name, format!("`{}` needs the argument `{wanted}`", name.value));
                let hint = match self.call.form {
                    Form::Shortcode => format!("write `{}({wanted}=…)`", name.value),
                    Form::Tag => format!("write `<{} {wanted}=…`", name.value),
                };
                findings.push(finding.hint(hint));
            }
        }
    }
}

/// A component that wants a text and was called without one. It shows only when the component asks for it.
pub(super) fn without_body(error: &tera::Error, call: &Call, source: &SourceText) -> Option<Diagnostic> {
    let ErrorKind::RenderingError(report) = error.kind() else { return None };
    if call.body.is_some() || !report.message().starts_with("Variable `body` is not defined") {
        return None;
    }
    let name = &call.name;
    let message = format!("`{}` needs a text", name.value);
    let hint = call.example(true);
    Some(Diagnostic::error("component/call", message).at(source.place(name.span.clone())).hint(hint))
}

/// A session that there is no playlist for.
fn check_session(stage: &Stage<'_>, source: &SourceText, call: &Call, findings: &mut Findings) {
    let Some((session, span)) = session_name(call) else { return };
    if stage.lookup.sessions.contains_key(session) {
        return;
    }
    let names: Vec<&str> = stage.render.sessions.iter().map(|(name, _)| name.as_str()).collect();
    let listed = match names.len() {
        0 => "a session is a file in `playlists/`".to_owned(),
        _ => format!("the sessions are: {}", names.join(", ")),
    };
    let hint = did_you_mean(session, names).unwrap_or(listed);
    let finding = Diagnostic::error("component/session", format!("there is no session `{session}`"));
    findings.push(finding.at(source.place(span)).hint(hint));
}

fn session_name(call: &Call) -> Option<(&str, std::ops::Range<usize>)> {
    let argument =
        call.arguments.iter().find(|argument| call.name.value == SESSION && argument.name.value == "name")?;
    match &argument.value.value {
        Literal::Text(name) => Some((name, argument.value.span.clone())),
        _ => None,
    }
}

/// What a component is given. `None` where it cannot be called: that was found by [`check`], or in the playlist.
pub(super) fn arguments(stage: &Stage<'_>, call: &Call, language: &str) -> Option<Context> {
    let mut findings = Findings::new();
    check_call(stage, &SourceText::new("", ""), call, &mut findings);
    if findings.has_errors() {
        return None;
    }
    let mut context = Context::new();
    for argument in &call.arguments {
        context.insert_value(argument.name.value.clone(), value(&argument.value.value));
    }
    if let Some((name, _)) = session_name(call) {
        let session = stage.lookup.sessions.get(name)?.as_ref()?.get(language)?.clone();
        let component = stage.components.known.get(SESSION)?;
        if component.rest_param().is_some() || component.args().iter().any(|arg| arg.name() == SESSION) {
            context.insert_value(SESSION, session);
        }
    }
    Some(context)
}

/// Whether a component gets something without being given it.
fn is_data(component: &str, argument: &str) -> bool {
    component == SESSION && argument == SESSION
}

fn value(literal: &Literal) -> Value {
    match literal {
        Literal::Text(text) => text.as_str().into(),
        Literal::Integer(number) => (*number).into(),
        Literal::Float(number) => (*number).into(),
        Literal::Flag(flag) => (*flag).into(),
        Literal::List(items) => items.iter().map(value).collect::<Vec<Value>>().into(),
        Literal::Expression => Value::none(),
    }
}

fn fits(literal: &Literal, wanted: ComponentArgType) -> bool {
    use ComponentArgType as Type;
    match literal {
        Literal::Text(_) => matches!(wanted, Type::String),
        Literal::Integer(_) => matches!(wanted, Type::Integer | Type::Number),
        Literal::Float(_) => matches!(wanted, Type::Float | Type::Number),
        Literal::Flag(_) => matches!(wanted, Type::Bool),
        Literal::List(_) => matches!(wanted, Type::Array),
        Literal::Expression => true,
    }
}

fn kind(literal: &Literal) -> &'static str {
    match literal {
        Literal::Text(_) => "a text",
        Literal::Integer(_) => "a whole number",
        Literal::Float(_) => "a number",
        Literal::Flag(_) => "`true` or `false`",
        Literal::List(_) => "a list",
        Literal::Expression => "this",
    }
}

fn expected(wanted: ComponentArgType) -> &'static str {
    match wanted {
        ComponentArgType::String => "it is a text in quotes",
        ComponentArgType::Bool => "it is `true` or `false`",
        ComponentArgType::Integer => "it is a whole number",
        ComponentArgType::Float => "it is a number with a point, like `1.5`",
        ComponentArgType::Number => "it is a number",
        ComponentArgType::Array => "it is a list: `[\"one\", \"two\"]`",
        _ => "no value in Markdown fits; this component is for templates",
    }
}

fn known(stage: &Stage<'_>, name: &str) -> Option<String> {
    let names: Vec<&str> = stage.components.known.keys().map(String::as_str).collect();
    did_you_mean(name, names.iter().copied())
        .or_else(|| (1..=24).contains(&names.len()).then(|| format!("the components are: {}", names.join(", "))))
}

fn names(component: &ComponentInfo) -> Vec<&str> {
    component.args().iter().filter(|arg| !arg.is_implicit()).map(|arg| arg.name()).collect()
}

fn arguments_hint(component: &ComponentInfo, written: &str) -> String {
    let names = names(component);
    let listed = || match names.len() {
        0 => format!("`{}` takes no arguments", component.name()),
        _ => format!("its arguments are: {}", names.join(", ")),
    };
    did_you_mean(written, names.iter().copied()).unwrap_or_else(listed)
}
