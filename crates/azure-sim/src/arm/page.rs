//! Lists with `nextLink` (contract 1.5).

use serde_json::{Value, json};

use super::Context;
use crate::http::answer::Answer;

/// One page of `all`; the rest is behind `nextLink`.
pub(crate) fn page(context: &Context<'_>, all: Vec<Value>) -> Answer {
    let Some(size) = context.world.switches.page_size.filter(|size| *size > 0) else {
        return Answer::json(200, json!({ "value": all }));
    };
    let from = context
        .call
        .param("$skiptoken")
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or(0);
    let more = from.saturating_add(size) < all.len();
    let value: Vec<Value> = all.into_iter().skip(from).take(size).collect();
    let mut body = json!({ "value": value });
    if more {
        let version = context.call.param("api-version").unwrap_or_default();
        let base = match &context.world.switches.next_link_host {
            Some(host) => format!("https://{host}"),
            None => context.base.to_owned(),
        };
        let next = from + size;
        body["nextLink"] = json!(format!(
            "{base}{}?api-version={version}&%24skiptoken={next}",
            context.call.path
        ));
    }
    Answer::json(200, body)
}
