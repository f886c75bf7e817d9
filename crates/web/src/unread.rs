//! What a browser is still sending when the answer is ready. A server that hangs up on it resets the connection, and many
//! browsers then show “connection was reset” instead of the page that says the file is too large. So the rest is read and
//! thrown away first, within bounds.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use http::header;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;

/// Somebody who sends more than this does not send a photo.
const MOST: usize = 512 << 20;
/// A slow phone's rest of a large file; afterwards the connection is worth more than the page.
const LONGEST: Duration = Duration::from_secs(60);

/// The body of a request, held by its handler and by who reads what the handler left.
#[derive(Clone)]
pub struct Unread(Arc<Mutex<Shared>>);

struct Shared {
    body: Body,
    asked: bool,
}

impl Unread {
    /// Takes a share of the request's body; `None` when there is none to come.
    pub fn of(request: &mut Request) -> Option<Unread> {
        if request.body().is_end_stream() {
            return None;
        }
        // A program that waits for “100 Continue” sends nothing unless somebody asks for its body.
        let waits = request.headers().contains_key(header::EXPECT);
        let body = std::mem::take(request.body_mut());
        let shared = Unread(Arc::new(Mutex::new(Shared { body, asked: !waits })));
        *request.body_mut() = Body::new(shared.clone());
        Some(shared)
    }

    /// Reads and forgets what is left.
    pub async fn read(mut self) {
        if !self.lock().asked {
            return;
        }
        let rest = async {
            let mut read = 0;
            while let Some(Ok(frame)) = self.frame().await {
                read += frame.data_ref().map_or(0, Bytes::len);
                if read > MOST {
                    break;
                }
            }
            read
        };
        match tokio::time::timeout(LONGEST, rest).await {
            Ok(0) => {}
            Ok(bytes) => tracing::info!(bytes, "read what the handler had left"),
            Err(_) => tracing::info!("somebody still sends; their connection is closed"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl HttpBody for Unread {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut shared = self.lock();
        shared.asked = true;
        Pin::new(&mut shared.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.lock().body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.lock().body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::post;
    use jiff::civil::date;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use crate::app::Settings;
    use crate::form::Fields;
    use crate::testing::app_on;

    /// A server on the loopback with a form of one megabyte at most.
    async fn server() -> std::net::SocketAddr {
        async fn echo(fields: Fields) -> String {
            fields.get("words").to_owned()
        }
        let (builder, _clock) = app_on(db::Db::temp().await.unwrap(), date(2026, 11, 23)).await;
        let app = builder.settings(Settings { secret: [5; 32], ..Settings::default() }).build();
        let router = crate::layers(Router::new().route("/echo", post(echo)), app);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
            axum::serve(listener, service).await
        });
        address
    }

    /// Sends all of it before it reads anything, as browsers do.
    async fn send(path: &str, bytes: usize) -> String {
        let mut line = TcpStream::connect(server().await).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nsec-fetch-site: same-origin\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {bytes}\r\n\r\n"
        );
        line.write_all(head.as_bytes()).await.unwrap();
        let piece = vec![b'a'; 1 << 20];
        for _ in 0..bytes >> 20 {
            line.write_all(&piece).await.expect("the server still listens");
        }
        let mut answer = String::new();
        line.read_to_string(&mut answer).await.expect("the answer comes whole");
        answer
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_sends_far_too_much_still_reads_the_page_that_says_so() {
        for _ in 0..3 {
            let answer = send("/echo", 40 << 20).await;
            assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
            assert!(answer.contains("提交的内容太大") && answer.contains("</html>"), "{answer}");
        }
        // Nobody there reads bodies at all.
        let answer = send("/no-such-page", 40 << 20).await;
        assert!(answer.starts_with("HTTP/1.1 404") && answer.contains("</html>"), "{answer}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_program_that_asks_first_is_answered_before_it_sends() {
        let mut line = TcpStream::connect(server().await).await.unwrap();
        let head = "POST /no-such-page HTTP/1.1\r\nhost: 127.0.0.1\r\nsec-fetch-site: same-origin\r\n\
                    expect: 100-continue\r\nconnection: close\r\ncontent-length: 1048576\r\n\r\n";
        line.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }
}
