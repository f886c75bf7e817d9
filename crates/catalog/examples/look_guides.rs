//! Serves only the guide pages, to look at them: `cargo run -p catalog --example look_guides`.

use catalog::Catalogue;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = db::Db::temp().await?;
    let (builder, _clock) = web::testing::app_on(db, jiff::civil::date(2026, 2, 9)).await;
    let app = builder.part(Catalogue::embedded()?).build();
    let routes = web::routes().merge(catalog::pages::routes());
    let router = web::layers(routes, app);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/items", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
