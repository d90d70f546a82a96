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
use crate::entra::{self, Wish};
use crate::fault::Fault;
use crate::stage::Stage;
use crate::switches::Switches;

type Here = State<Arc<Stage>>;

pub(crate) fn router(stage: Arc<Stage>) -> Router {
    Router::new()
        .route("/info", get(info))
        .route("/asked", get(asked).delete(forget))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/switches", get(switches).patch(set))
        .route("/clock", get(clock).post(advance))
        .route("/state", get(everything))
        .route("/token", post(token))
        .route("/do", post(perform))
        .with_state(stage)
}

async fn info(State(stage): Here) -> Json<Value> {
    Json(state::info(&stage))
}

async fn asked(State(stage): Here) -> Json<Vec<Asked>> {
    Json(stage.world().asked.clone())
}

async fn forget(State(stage): Here) -> Json<Value> {
    stage.world().asked.clear();
    Json(json!({}))
}

async fn faults(State(stage): Here) -> Json<Vec<Fault>> {
    Json(stage.world().faults.clone())
}

async fn add_fault(State(stage): Here, Json(fault): Json<Fault>) -> Json<Vec<Fault>> {
    let mut world = stage.world();
    world.faults.push(fault);
    Json(world.faults.clone())
}

async fn clear_faults(State(stage): Here) -> Json<Value> {
    stage.world().faults.clear();
    Json(json!({}))
}

async fn switches(State(stage): Here) -> Json<Switches> {
    Json(stage.world().switches.clone())
}

async fn set(State(stage): Here, Json(change): Json<Value>) -> Response {
    let mut world = stage.world();
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
            stage.wake.notify_one();
            Json(switches).into_response()
        }
        Err(error) => refusal(&error.to_string()),
    }
}

async fn clock(State(stage): Here) -> Json<Value> {
    Json(json!({"now": stage.clock.now()}))
}

#[derive(Deserialize)]
struct Advance {
    seconds: f64,
}

async fn advance(State(stage): Here, Json(by): Json<Advance>) -> Response {
    match SignedDuration::try_from_secs_f64(by.seconds) {
        Ok(by) => {
            stage.clock.advance(by);
            stage.settle().await;
            Json(json!({"now": stage.clock.now()})).into_response()
        }
        Err(error) => refusal(&error.to_string()),
    }
}

async fn everything(State(stage): Here) -> Json<Value> {
    Json(state::everything(&stage))
}

async fn token(State(stage): Here, body: String) -> Response {
    let wish = match body.as_str() {
        "" => Ok(Wish::default()),
        text => serde_json::from_str(text),
    };
    let now = stage.clock.now();
    let wish = match wish {
        Ok(wish) => wish,
        Err(error) => return refusal(&error.to_string()),
    };
    match entra::hand_out(&mut stage.world(), &stage.base, &wish, now) {
        Ok(answer) => answer.body.into_response(),
        Err(error) => refusal(&error.to_string()),
    }
}

async fn perform(State(stage): Here, Json(deed): Json<Deed>) -> Response {
    match deeds::perform(&stage, deed).await {
        Ok(done) => Json(done).into_response(),
        Err(error) => refusal(&error.to_string()),
    }
}

fn refusal(words: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": words }))).into_response()
}
