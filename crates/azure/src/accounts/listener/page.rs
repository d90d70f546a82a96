//! The few plain pages that the loopback port shows. Nothing of a request is ever in them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};

/// How they look: the system's own letters, light or dark as the person has it.
const STYLE: &str = "html{color-scheme:light dark}\
    body{font:1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:20vh auto 0;padding:0 1.5rem}\
    h1{font-size:1.5rem;font-weight:600;margin:0 0 .5rem}p{margin:0}";

/// A page: its status, its heading and its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    status: &'static str,
    heading: &'static str,
    sentence: &'static str,
}

/// The browser's part is done, whichever way: the program tells how it ended.
pub(super) const DONE: Page = Page {
    status: "200 OK",
    heading: "Back to Gangway",
    sentence: "You can close this page. Gangway shows how the sign-in went.",
};

/// A second answer.
pub(super) const OVER: Page = Page {
    status: "410 Gone",
    heading: "Already answered",
    sentence: "This sign-in has had its answer. You can close this page.",
};

/// An answer to no question of ours, or no request at all.
pub(super) const REFUSED: Page = Page {
    status: "400 Bad Request",
    heading: "Not for this sign-in",
    sentence: "This page does not belong to the sign-in that is under way. You can close it.",
};

/// Any other path: a browser asks for an icon by itself.
pub(super) const NOT_FOUND: Page = Page {
    status: "404 Not Found",
    heading: "Nothing here",
    sentence: "You can close this page.",
};

/// Anything but GET.
pub(super) const NOT_ALLOWED: Page = Page {
    status: "405 Method Not Allowed",
    heading: "Nothing here",
    sentence: "You can close this page.",
};

/// More than any sign-in page sends.
pub(super) const TOO_LARGE: Page = Page {
    status: "431 Request Header Fields Too Large",
    heading: "Nothing here",
    sentence: "You can close this page.",
};

impl Page {
    /// The whole answer. It runs nothing, loads nothing, is kept nowhere, fits in no frame,
    /// and does not tell the next page where the browser came from. Its one style is named
    /// by its digest, so that no other could be slipped in.
    pub(super) fn to_http(self) -> String {
        let Self {
            status,
            heading,
            sentence,
        } = self;
        let body = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Gangway</title><style>{STYLE}</style></head>\n<body><h1>{heading}</h1><p>{sentence}</p></body></html>\n"
        );
        let style = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
        let allow = if status.starts_with("405") {
            "Allow: GET\r\n"
        } else {
            ""
        };
        format!(
            "HTTP/1.1 {status}\r\n{allow}Content-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\nContent-Security-Policy: default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    }
}
