//! A section that a comment cites is a heading of `docs/contract.md`.

use std::collections::BTreeSet;

use anyhow::Result;

use super::Tree;

const PAGE: &str = "docs/contract.md";
/// What may stand between two numbers of one citation.
const BETWEEN: [&str; 3] = [", ", " to ", " and "];

pub(super) fn have_a_heading(tree: &Tree) -> Result<Vec<String>> {
    let page = tree.text(PAGE);
    let headings = headings(&page);
    let mut faults = Vec::new();
    for (file, text) in tree.rust() {
        for (line, words) in text.lines().enumerate() {
            let missing = cited(words)
                .into_iter()
                .filter(|section| !headings.contains(section));
            faults.extend(
                missing.map(|section| {
                    format!("{file}:{}: {section} is no heading of {PAGE}", line + 1)
                }),
            );
        }
    }
    Ok(faults)
}

/// The numbers that headings begin with: `5.5` of `### 5.5 Asking`, `6` of `## 6. What`.
fn headings(page: &str) -> BTreeSet<&str> {
    page.lines()
        .filter(|line| line.starts_with('#'))
        .filter_map(|line| line.trim_start_matches('#').split_whitespace().next())
        .map(|number| number.trim_end_matches('.'))
        .collect()
}

/// Every section that a line names after the word, several at a time included.
fn cited(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, word) in line.match_indices("contract") {
        let after = &line[at + word.len()..];
        let mut rest = after.trim_start_matches(',').strip_prefix(' ');
        while let Some(text) = rest {
            let end = text
                .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
                .unwrap_or(text.len());
            let number = text[..end].trim_end_matches('.');
            if number.is_empty() {
                break;
            }
            found.push(number);
            rest = BETWEEN
                .iter()
                .find_map(|between| text[end..].strip_prefix(between));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_found_one_by_one() {
        // Put together here, so that this file cites nothing.
        let line = |rest: &str| ["con", "tract", rest].concat();
        assert_eq!(cited(&line(" 5.5.")), ["5.5"]);
        assert_eq!(cited(&line(", 4.3, 9.1, routing facts")), ["4.3", "9.1"]);
        assert_eq!(cited(&line(" 2 to 8).")), ["2", "8"]);
        assert_eq!(cited(&line(" 17, item 19")), ["17"]);
        assert!(cited(&line("s are 5")).is_empty());
    }

    #[test]
    fn headings_are_known_by_their_numbers() {
        let page = "# Page\n## 6. Rules\n### 7.1 Interfaces\n7.2 no heading\n";
        assert_eq!(Vec::from_iter(headings(page)), ["6", "7.1", "Page"]);
    }
}
