//! The HTTP interface: a command returns an id at once, and its outcome is a `text/event-stream` ([HTML
//! §9.2](https://html.spec.whatwg.org/multipage/server-sent-events.html)).

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::LOCATION},
    response::{
        Html, IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::{get, post},
};
use futures_util::{Stream, StreamExt as _, future::ready, stream};
use tokio::sync::watch;

use crate::{
    commands::{Commands, Progress},
    shop::{self, Shop},
};

/// How long a browser waits before it comes back to a stream that broke.
const COME_BACK: Duration = Duration::from_secs(1);
/// Ids of the two events of a stream, by which a client that comes back says what it has seen.
const ACCEPTED: &str = "1";
const ENDED: &str = "2";

#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) shop: Shop,
    pub(crate) commands: Commands,
    pub(crate) heartbeat: Duration,
}

pub(crate) fn routes(service: Service) -> Router {
    Router::new()
        .route("/", get(|| ready(Html(include_str!("page.html")))))
        .route("/subscriptions/{subscription}/termination", post(terminate))
        .route("/outcomes/{id}", get(outcome))
        .with_state(Arc::new(service))
}

/// Takes a command. What is not valid is not taken, and told why.
async fn terminate(State(service): State<Arc<Service>>, Path(subscription): Path<String>) -> Response {
    let event = match shop::event_of(&subscription) {
        Ok(event) => event,
        Err(error) => return (StatusCode::UNPROCESSABLE_ENTITY, format!("{error}\n")).into_response(),
    };
    service.commands.submit(&event.id);
    if let Err(error) = service.shop.terminate(&subscription, &event) {
        return (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}\n")).into_response();
    }
    let place = format!("/outcomes/{}", event.id);
    let body = format!("{{\"id\":\"{}\",\"outcome\":\"{place}\"}}\n", event.id);
    (StatusCode::ACCEPTED, [(LOCATION, place), (axum::http::header::CONTENT_TYPE, "application/json".to_owned())], body)
        .into_response()
}

/// Shows what becomes of a command, and ends with that. To a client that has seen the end already the answer is 204, which
/// asks browsers not to come back.
async fn outcome(State(service): State<Arc<Service>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let seen = headers.get("last-event-id").map_or(b"".as_slice(), |id| id.as_bytes());
    let Some(progress) = service.commands.progress(&id) else {
        return (StatusCode::NOT_FOUND, "unknown or expired id\n").into_response();
    };
    if seen == ENDED.as_bytes() {
        return StatusCode::NO_CONTENT.into_response();
    }
    let accepted = Event::default().event("accepted").id(ACCEPTED).retry(COME_BACK).data(id);
    let accepted = stream::iter((seen != ACCEPTED.as_bytes()).then_some(Ok(accepted)));
    let heartbeat = KeepAlive::new().interval(service.heartbeat).text("waiting");
    Sse::new(accepted.chain(end(progress))).keep_alive(heartbeat).into_response()
}

/// The last event of a stream, as soon as there is one.
fn end(mut progress: watch::Receiver<Progress>) -> impl Stream<Item = Result<Event, Infallible>> {
    let end = async move {
        let ended = progress.wait_for(|progress| *progress != Progress::Waiting).await;
        let event = match ended.as_deref() {
            Ok(Progress::Done(outcome)) => Event::default().event("outcome").data(outcome),
            // Whoever waited for it is gone without a word if the service ends.
            Ok(Progress::TimedOut | Progress::Waiting) | Err(_) => {
                Event::default().event("timed-out").data("no outcome came in time")
            }
        };
        Ok(event.id(ENDED))
    };
    stream::once(end)
}
