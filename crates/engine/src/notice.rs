//! A notice as a value: its words, its buttons, and which earlier one it replaces.

use serde::{Deserialize, Serialize};

use crate::wish::Wish;

/// What a desktop shows of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeView {
    /// Its place: a new notice takes the place of the one with the same.
    pub slot: String,
    /// One line.
    pub title: String,
    /// A sentence or two.
    pub body: String,
    /// The buttons, the most useful first.
    pub buttons: Vec<Button>,
    /// What a click on the notice itself asks for.
    pub click: Wish,
}

/// A button of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Its name on the bus and in links; stable.
    pub key: String,
    /// Its text.
    pub label: String,
    /// What it asks for.
    pub wish: Wish,
}
