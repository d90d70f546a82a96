//! The control endpoint's routes.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::deeds::{self, Deed};
use super::state;
use crate::asked::Asked;
use crate::fault::Fault;
use crate::shared::Shared;
use crate::switches::Switches;

type Here = State<Arc<Shared>>;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/info", get(info))
        .route("/asked", get(asked).delete(forget))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/switches", get(switches).patch(set))
        .route("/clock", get(clock).post(advance))
        .route("/state", get(everything))
        .route("/do", post(perform))
        .with_state(shared)
}

async fn info(State(shared): Here) -> Json<Value> {
    Json(state::info(&shared))
}

async fn asked(State(shared): Here) -> Json<Vec<Asked>> {
    Json(shared.world().asked.clone())
}

async fn forget(State(shared): Here) -> Json<Value> {
    shared.world().asked.clear();
    Json(json!({}))
}

async fn faults(State(shared): Here) -> Json<Vec<Fault>> {
    Json(shared.world().faults.clone())
}

async fn add_fault(State(shared): Here, Json(fault): Json<Fault>) -> Json<Vec<Fault>> {
    let mut world = shared.world();
    world.faults.push(fault);
    Json(world.faults.clone())
}

async fn clear_faults(State(shared): Here) -> Json<Value> {
    shared.world().faults.clear();
    Json(json!({}))
}

async fn switches(State(shared): Here) -> Json<Switches> {
    Json(shared.world().switches.clone())
}

async fn set(State(shared): Here, Json(change): Json<Value>) -> Response {
    let mut world = shared.world();
    let merged = serde_json::to_value(&world.switches).map(|mut all| {
        if let (Some(all), Some(change)) = (all.as_object_mut(), change.as_object()) {
            all.extend(change.clone());
        }
        all
    });
    match merged.and_then(serde_json::from_value::<Switches>) {
        Ok(switches) => {
            world.switches = switches.clone();
            world.dirty = (0..world.vms.len()).collect();
            shared.wake.notify_one();
            Json(switches).into_response()
        }
        Err(error) => refusal(&error.to_string()),
    }
}

async fn clock(State(shared): Here) -> Json<Value> {
    Json(json!({"now": shared.clock.now()}))
}

#[derive(Deserialize)]
struct Advance {
    seconds: f64,
}

async fn advance(State(shared): Here, Json(by): Json<Advance>) -> Response {
    match SignedDuration::try_from_secs_f64(by.seconds) {
        Ok(by) => {
            shared.clock.advance(by);
            shared.settle().await;
            Json(json!({"now": shared.clock.now()})).into_response()
        }
        Err(error) => refusal(&error.to_string()),
    }
}

async fn everything(State(shared): Here) -> Json<Value> {
    Json(state::everything(&shared))
}

async fn perform(State(shared): Here, Json(deed): Json<Deed>) -> Response {
    match deeds::perform(&shared, deed).await {
        Ok(done) => Json(done).into_response(),
        Err(error) => refusal(&error.to_string()),
    }
}

fn refusal(words: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": words }))).into_response()
}
