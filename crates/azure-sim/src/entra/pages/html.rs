//! The document around every page: its style, its headers, and the one way text becomes HTML.

use crate::http::answer::Answer;

/// How a page presents itself.
#[derive(Debug)]
pub(crate) struct Look<'a> {
    /// Name for programs, in `data-page`.
    pub(crate) page: &'a str,
    pub(crate) title: &'a str,
    /// Where one signs in; empty where that does not matter.
    pub(crate) tenant: &'a str,
    pub(crate) status: u16,
}

impl<'a> Look<'a> {
    pub(crate) fn plain(page: &'a str, title: &'a str) -> Self {
        Self {
            page,
            title,
            tenant: "",
            status: 200,
        }
    }

    /// A page after which nothing comes.
    pub(crate) fn end(page: &'a str, title: &'a str) -> Self {
        Self::plain(page, title)
    }
}

pub(crate) fn document(look: &Look<'_>, body: &str) -> Answer {
    let (page, title) = (escape(look.page), escape(look.title));
    let place = if look.tenant.is_empty() {
        String::new()
    } else {
        format!("<p class=\"place\">{}</p>", escape(look.tenant))
    };
    let text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title} (azure-sim)</title><link rel=\"icon\" \
         href=\"data:,\"><style>{STYLE}</style></head><body data-page=\"{page}\"><p class=\"sim\" role=\"note\"><b>This \
         is a simulator.</b> No real account, no password, nothing leaves this machine.</p><main>{place}<h1>{title}</h1>\
         {body}</main></body></html>\n"
    );
    Answer::text(look.status, "text/html; charset=utf-8", text)
        .header("cache-control", "no-store")
        .header(
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
        )
        .header("referrer-policy", "no-referrer")
        .header("x-content-type-options", "nosniff")
}

/// Text inside an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

const STYLE: &str = "\
:root{color-scheme:light dark;--back:#eef1f6;--card:#fff;--ink:#1b2430;--soft:#51606f;--line:#c9d2dc;--main:#0b5cad;\
--on:#fff;--warn:#fff3cd;--warn-ink:#4d3b00;--bad:#a4262c;--touch:#f3f6fa}\
@media(prefers-color-scheme:dark){:root{--back:#14181d;--card:#1f252d;--ink:#eef2f6;--soft:#a9b6c3;--line:#3d4854;\
--main:#6cb2ff;--on:#0b1622;--warn:#4d3b00;--warn-ink:#fff3cd;--bad:#ff9a9e;--touch:#29313b}}\
*{box-sizing:border-box}\
body{margin:0;min-height:100vh;background:var(--back);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,\
'Segoe UI',Roboto,'Noto Sans',sans-serif;display:flex;flex-direction:column;align-items:center}\
.sim{margin:0;width:100%;padding:.6rem 1rem;background:var(--warn);color:var(--warn-ink);text-align:center}\
main{width:min(28rem,calc(100% - 2rem));margin:clamp(1.5rem,10vh,6rem) 0 2rem;padding:2rem;background:var(--card);\
border:1px solid var(--line);border-radius:.75rem;box-shadow:0 .5rem 2rem rgb(0 0 0/.08)}\
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25;font-weight:600}\
p{margin:0 0 1rem;overflow-wrap:anywhere}.place{margin:0 0 .25rem;color:var(--soft);font-size:.9rem}\
.small{color:var(--soft);font-size:.9rem;margin:.5rem 0 1rem}\
.problem{color:var(--bad);border-left:.25rem solid var(--bad);padding-left:.75rem}\
ul.accounts{list-style:none;margin:0 0 1rem;padding:0;border-top:1px solid var(--line)}\
ul.accounts li{border-bottom:1px solid var(--line)}ul.wants{padding-left:1.25rem;overflow-wrap:anywhere}\
button{font:inherit;color:inherit;cursor:pointer;min-height:2.75rem;padding:.5rem 1.25rem;border:1px solid var(--line);\
border-radius:.4rem;background:var(--card)}button:hover{background:var(--touch)}\
button.main{background:var(--main);border-color:var(--main);color:var(--on);font-weight:600}\
button.main:hover{background:var(--main);filter:brightness(1.08)}\
button.account{display:flex;align-items:center;gap:.9rem;width:100%;border:0;border-radius:0;padding:.75rem .5rem;\
text-align:left}\
.face{flex:none;width:2.5rem;height:2.5rem;border-radius:50%;display:grid;place-items:center;background:var(--main);\
color:var(--on);font-weight:600}\
.who{display:flex;flex-direction:column;min-width:0;overflow-wrap:anywhere}.who span{color:var(--soft);font-size:.9rem}\
.note{margin-left:auto;color:var(--soft);font-size:.85rem;white-space:nowrap}\
.row{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.25rem}\
label{display:block;font-weight:600;margin-bottom:.35rem}\
input{font:inherit;color:inherit;width:100%;min-height:2.75rem;padding:.5rem .75rem;background:var(--card);\
border:1px solid var(--soft);border-radius:.4rem}\
input.code{font-size:1.4rem;letter-spacing:.2em;text-transform:uppercase}\
:focus-visible{outline:3px solid var(--main);outline-offset:2px}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(
            escape("<b a=\"x\" c='y'>&"),
            "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;"
        );
    }
}
