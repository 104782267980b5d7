//! Lists, terms and tables of a chapter in the engine's words. Pure.

use roxmltree::Node;

use super::{Mood, Walk, has, words};

impl Walk<'_, '_> {
    pub(super) fn list(&mut self, node: Node<'_, '_>) -> String {
        let items: Vec<Node<'_, '_>> = node.children().filter(|child| child.tag_name().name() == "li").collect();
        if items.is_empty() {
            return String::new();
        }
        let tasks = items.iter().any(|item| words(item).starts_with(['☐', '☒']));
        let mood = std::mem::replace(&mut self.mood, Mood::Plain);
        let phases = has(&node, "phase-list");
        let item = |item| if phases { format!("[{}]", self.phase(item)) } else { format!("[{}]", self.flow(item)) };
        let items: Vec<String> = items.into_iter().map(item).collect();
        self.mood = mood;
        // What is so short stays on one page: a box to tick that stands alone is overlooked.
        let within = node.ancestors().skip(1).any(|above| above.tag_name().name() == "li");
        let short = !within && items.len() <= 6 && words(&node).len() <= 700;
        let items = items.join(", ");
        let list = match (node.tag_name().name(), mood) {
            ("ul", Mood::Boxes) => format!("#boxes({items})"),
            ("ul", Mood::Do) => format!("#dos({items})"),
            ("ul", Mood::Dont) => format!("#donts({items})"),
            _ if phases => format!("#list({items})"),
            ("ul", _) if tasks => format!("#list(marker: none, {items})"),
            ("ul", _) => format!("#list({items})"),
            _ => {
                let start = node.attribute("start").and_then(|start| start.parse::<u32>().ok()).unwrap_or(1);
                format!("#enum(start: {start}, {items})")
            }
        };
        if short { format!("#together[{list}]") } else { list }
    }

    /// A phase of a session: its name, how long it is, what it is for.
    fn phase(&mut self, item: Node<'_, '_>) -> String {
        let parts = item.children().filter(|part| part.is_element() && !words(part).is_empty());
        let parts: Vec<String> = parts
            .map(|part| {
                let line = self.line(part);
                if has(&part, "phase-title") { format!("#strong[{line}]") } else { line }
            })
            .collect();
        parts.join("#\" · \"")
    }

    pub(super) fn terms(&mut self, node: Node<'_, '_>) -> String {
        let mut entries: Vec<(String, String)> = Vec::new();
        for child in node.children().filter(Node::is_element) {
            match child.tag_name().name() {
                "dt" => entries.push((self.line(child), String::new())),
                "dd" => {
                    let body = self.flow(child);
                    if entries.is_empty() {
                        entries.push(Default::default());
                    }
                    if let Some((_, text)) = entries.last_mut() {
                        text.push_str(&body);
                        text.push_str("\n\n");
                    }
                }
                _ => {}
            }
        }
        let items: Vec<String> =
            entries.iter().map(|(term, body)| format!("terms.item([{term}], [{}])", body.trim_end())).collect();
        format!("#terms({})", items.join(", "))
    }

    pub(super) fn table(&mut self, node: Node<'_, '_>) -> String {
        let cell = |node: &Node<'_, '_>| matches!(node.tag_name().name(), "td" | "th");
        let span = |node: &Node<'_, '_>, name| {
            node.attribute(name).and_then(|span| span.parse::<usize>().ok()).unwrap_or(1).clamp(1, 50)
        };
        let rows: Vec<Vec<Node<'_, '_>>> = node
            .descendants()
            .filter(|node| node.tag_name().name() == "tr")
            .map(|row| row.children().filter(cell).collect::<Vec<_>>())
            .filter(|row| !row.is_empty())
            .collect();
        let columns = rows.iter().map(|row| row.iter().map(|cell| span(cell, "colspan")).sum::<usize>()).max();
        let Some(columns) = columns else { return String::new() };
        let is_header =
            |row: &Vec<Node<'_, '_>>| row.len() > 1 && row.iter().all(|cell| cell.tag_name().name() == "th");
        let has_header = rows.first().is_some_and(is_header);
        let mut header = String::from("none");
        let mut cells = String::new();
        for (number, row) in rows.into_iter().enumerate() {
            let in_header = has_header && number == 0;
            let mut line = String::new();
            for cell in row {
                let (wide, high) = (span(&cell, "colspan"), span(&cell, "rowspan"));
                let body = self.flow(cell);
                let strong = !in_header && cell.tag_name().name() == "th" && !body.is_empty();
                let body = if strong { format!("#strong[{body}]") } else { body };
                line.push_str(&match (wide, high) {
                    (1, 1) => format!("[{body}], "),
                    _ => format!("table.cell(colspan: {wide}, rowspan: {high})[{body}], "),
                });
            }
            if in_header {
                header = format!("({line})");
            } else {
                cells.push_str(&line);
            }
        }
        format!("#facts({columns}, {header}, {cells})")
    }
}
