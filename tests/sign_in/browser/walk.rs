//! The way through Entra's pages, as their stand-in shows them: by what a person reads, not by how a page is made.

use std::path::Path;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::page::{Item, Page};

/// Who sits in front of it.
pub(crate) struct Person<'a> {
    pub(crate) name: &'a str,
    pub(crate) password: &'a str,
    pub(crate) code: &'a str,
    pub(crate) refuses: bool,
}

/// More pages than any way through has.
const MOST: usize = 12;

/// Buttons that lead on, the more telling ones first; and those that lead out.
const ON: &[&str] = &[
    "Approve", "Accept", "Sign in", "Continue", "Next", "Back to",
];
const OUT: &[&str] = &["Deny", "Cancel"];

/// Walks until nothing is left to press; says where that was, what the pages were called and what the last one says.
pub(crate) fn walk(page: &mut Page, person: &Person, shots: Option<&Path>) -> Result<Value> {
    let mut titles = Vec::new();
    loop {
        let items = page.items()?;
        let (origin, path) = page.place()?;
        titles.push(title(&items).to_owned());
        if let Some(folder) = shots {
            let name = format!("{}-{:02}.png", person.name, titles.len());
            page.shoot(&folder.join(name))?;
        }
        let Some(item) = next(page, &items, person)? else {
            let text = page.text()?;
            return Ok(json!({"origin": origin, "path": path, "titles": titles, "text": text}));
        };
        if titles.len() == MOST {
            bail!("no end of pages: {titles:?}");
        }
        page.press(&item)?;
    }
}

/// Fills in what is asked for, and chooses what is pressed after that.
fn next(page: &mut Page, items: &[Item], person: &Person) -> Result<Option<Item>> {
    if person.refuses
        && let Some(out) = named(items, OUT)
    {
        return Ok(Some(out));
    }
    if let Some(tile) = items
        .iter()
        .find(|item| is_pressed(item) && item.name.contains(person.name))
    {
        return Ok(Some(tile.clone()));
    }
    for field in items.iter().filter(|item| item.role == "textbox") {
        let name = field.name.to_lowercase();
        let text = if name.contains("password") {
            person.password
        } else if name.contains("code") {
            person.code
        } else {
            person.name
        };
        page.fill(field, text)?;
    }
    Ok(named(items, ON))
}

fn named(items: &[Item], names: &[&str]) -> Option<Item> {
    names.iter().find_map(|name| {
        let fits = |item: &&Item| is_pressed(item) && item.name.starts_with(name);
        items.iter().find(fits).cloned()
    })
}

fn is_pressed(item: &Item) -> bool {
    matches!(item.role.as_str(), "button" | "link")
}

fn title(items: &[Item]) -> &str {
    let of = |role: &str| items.iter().find(|item| item.role == role);
    of("heading")
        .or_else(|| of("RootWebArea"))
        .map_or("", |item| &item.name)
}
