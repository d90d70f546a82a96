//! The few plain pages that the loopback port shows. Nothing of a request is ever in them.

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
    /// and does not tell the next page where the browser came from.
    pub(super) fn to_http(self) -> String {
        let Self {
            status,
            heading,
            sentence,
        } = self;
        let body = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Gangway</title></head>\n<body><h1>{heading}</h1><p>{sentence}</p></body></html>\n"
        );
        let allow = if status.starts_with("405") {
            "Allow: GET\r\n"
        } else {
            ""
        };
        format!(
            "HTTP/1.1 {status}\r\n{allow}Content-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\nContent-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    }
}
