//! Batch import and export at the desk. One thing wrong in any row, and nothing is taken.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use identity::{Act, Bureau, Officer, bureaus};
use web::upload::{self, Trouble};
use web::{Answer, App, Face, Flash, Page, PageCx, Refusal, html_with_status};

use super::{MOST_BYTES, bureau_of, by, list_of, may_look};
use crate::catalogue::{Catalogue, SourceFile};
use crate::exchange::{self, Imported, RowFault, Table};
use crate::store::{self, texts::Written};
use crate::text;

#[derive(Template)]
#[template(path = "catalog/desk/import.html")]
struct ImportPage {
    page: Page,
    action: String,
    back: String,
    faults: Vec<RowFault>,
    all: usize,
    /// How many each sheet has: where to begin.
    sheets: Vec<(String, usize)>,
    today: String,
}

/// A browser draws no longer list in reasonable time; the list as a workbook has them all.
const MOST_SHOWN: usize = 3000;

/// `GET /desk/catalog/{bureau}/import`
pub async fn form(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path(bureau): Path<String>,
) -> Answer {
    officer.may(Act::EditCatalogue, &bureau)?;
    let bureau = bureau_of(&app, &officer, &bureau).await?;
    page(&app, &cx, bureau, Vec::new())
}

fn page(app: &App, cx: &PageCx, bureau: Bureau, faults: Vec<RowFault>) -> Answer {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let all = faults.len();
    let page = ImportPage {
        sheets: by_sheet(&faults),
        page: cx.page("批量导入实施清单").crumb("工作台", "/desk").crumb("事项目录", list_of(&bureau.code)),
        action: format!("/desk/catalog/{}/import", bureau.code),
        back: list_of(&bureau.code),
        faults: faults.into_iter().take(MOST_SHOWN).collect(),
        all,
        today: app.today().to_string(),
    };
    html_with_status(status, &page)
}

/// What came with the form.
#[derive(Default)]
struct Sent {
    token: Option<String>,
    effective: String,
    name: String,
    bytes: Vec<u8>,
    /// What is wrong is wanted as a workbook.
    as_workbook: bool,
}

/// `POST /desk/catalog/{bureau}/import`: every file becomes a draft of its own, all of them or none.
pub async fn send(
    cx: PageCx,
    officer: Officer,
    State(app): State<App>,
    Path(bureau): Path<String>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    officer.may(Act::EditCatalogue, &bureau)?;
    let bureau = bureau_of(&app, &officer, &bureau).await?;
    let form = form.map_err(|rejection| Refusal::caused(broken(&bureau.code), rejection.body_text()))?;
    let sent = received(form).await.map_err(|trouble| refusal_of(trouble, &bureau.code))?;
    web::form::require_token(&app, &cx.cx, &headers, sent.token.as_deref())?;
    let Some(effective) = crate::check::read_date(&sent.effective).filter(|day| *day >= app.today()) else {
        let says = "生效日期没有填，或者已经过去：请填今天或者以后的日期";
        return page(&app, &cx, bureau, vec![RowFault::of_file("生效日期", says)]);
    };
    let catalogue = app.part::<Catalogue>();
    let as_workbook = sent.as_workbook;
    let read = {
        let (catalogue, day) = (catalogue.clone(), app.today());
        // A workbook of thousands of rows is work of the processor.
        let reading =
            tokio::task::spawn_blocking(move || read(&catalogue, &sent.name, &sent.bytes, day)).await;
        reading.unwrap_or_else(|died| std::panic::resume_unwind(died.into_panic()))
    };
    let checked = match read {
        Ok(imported) => own_only(&app, &officer, &bureau.code, imported).await?,
        Err(faults) => Err(faults),
    };
    let imported = match checked {
        Ok(imported) => imported,
        Err(faults) if as_workbook => return workbook(&faults),
        Err(faults) => return page(&app, &cx, bureau, faults),
    };
    let mut tx = app.db.begin().await?;
    let count = imported.files.len();
    if count == 0 {
        let says = "文件里的内容和现在的一样，没有要导入的：请先在导出的文件里修改";
        return page(&app, &cx, bureau, vec![RowFault::of_file("导入文件", says)]);
    }
    for file in imported.files {
        let (code, slug) =
            crate::read_place(&file).ok_or_else(|| Refusal::internal("a file without a place"))?;
        let (code, slug) = (code.to_owned(), slug.to_owned());
        let base = text::base(&catalogue, &code, &slug);
        let why = format!("批量导入：{}", catalogue.item(&slug).map_or(slug.as_str(), |item| item.heading()));
        let written = Written { effective, base, why, files: vec![file] };
        store::texts::draft(&mut tx, (&code, &app.new_id(), &slug), &written, by(&officer), app.now())
            .await?;
    }
    tx.commit().await?;
    let says = format!("{} 行都没有问题，已经存成 {count} 份草稿。请逐份看过以后提交审核。", imported.rows);
    Ok(Flash::done(says).redirect(&app, &list_of(&bureau.code)))
}

fn read(
    catalogue: &Catalogue,
    name: &str,
    bytes: &[u8],
    day: jiff::civil::Date,
) -> Result<Imported, Vec<RowFault>> {
    let whole = |says: &str| vec![RowFault::of_file(name, says)];
    let lower = name.to_lowercase();
    if bytes.is_empty() {
        return Err(whole("没有选择文件，或者文件是空的：请选择以后再提交"));
    }
    if lower.ends_with(".xlsx") {
        let tables = exchange::read_xlsx(bytes)?;
        return exchange::import_tables(catalogue, &tables, day);
    }
    if lower.ends_with(".json") {
        let text = std::str::from_utf8(bytes).map_err(|_| whole("不是 UTF-8 编码：请用导出的文件"))?;
        return exchange::import_json(catalogue, text);
    }
    if lower.ends_with(".csv") {
        return exchange::import_tables(catalogue, &[exchange::read_lone_csv(bytes)?], day);
    }
    if lower.ends_with(".zip") {
        return exchange::import_tables(catalogue, &tables_of_archive(name, bytes)?, day);
    }
    Err(whole("只收 .xlsx、.csv、.json 和导出的 .zip：请用导出的文件填写"))
}

/// Tables in an archive, and bytes of each, at the most: more than any export has.
const MOST_TABLES: usize = 40;
const LARGEST_TABLE: u64 = 40 << 20;

/// The archive that [`csv`] hands out, filled in: each table a file of its own, by its name.
fn tables_of_archive(name: &str, bytes: &[u8]) -> Result<Vec<Table>, Vec<RowFault>> {
    let whole = |says: &str| vec![RowFault::of_file(name, says)];
    let broken = || whole("压缩包打不开：请用“导出 CSV”得到的压缩包，改好里面的表以后再压回去");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|_| broken())?;
    if archive.len() > MOST_TABLES {
        return Err(whole("压缩包里的文件太多：只要导出时的那几张表"));
    }
    let (mut tables, mut faults) = (Vec::new(), Vec::new());
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(|_| broken())?;
        let path = file.name().map_err(|_| broken())?.into_owned();
        let Some(table) = path.rsplit('/').next().and_then(|name| name.strip_suffix(".csv")) else {
            continue;
        };
        let Some(kind) = exchange::TABLES.iter().find(|kind| kind.name == table) else {
            faults.push(RowFault::of_file(&path, "没有这样一张表：请用导出时的文件名"));
            continue;
        };
        let mut text = Vec::new();
        let read = file.by_ref().take(LARGEST_TABLE).read_to_end(&mut text);
        match read.map(|_| exchange::read_csv(kind.name, &text)) {
            Ok(Ok(table)) => tables.push(table),
            Ok(Err(wrong)) => faults.extend(wrong),
            Err(_) => return Err(broken()),
        }
    }
    if faults.is_empty() { Ok(tables) } else { Err(faults) }
}

/// An editor brings in the list of the bureau whose page this is, or of one below it within reach, and no others.
async fn own_only(
    app: &App,
    officer: &Officer,
    page: &str,
    imported: Imported,
) -> Result<Result<Imported, Vec<RowFault>>, Refusal> {
    let mut faults = Vec::new();
    for file in &imported.files {
        let Some((bureau, _)) = crate::read_place(file) else {
            faults.push(RowFault::of_file("导入文件", "看不出是哪个单位的清单"));
            continue;
        };
        let known = bureaus::by_code(app, &mut app.db.clone(), bureau).await?;
        let name = known.as_ref().map_or(bureau, |bureau| bureau.name.as_str());
        let says = match known {
            None => Some(exchange::no_such_bureau(bureau)),
            Some(_) => foreign(officer, page, file, bureau).map(str::to_owned),
        };
        faults.extend(says.map(|says| RowFault::of_file(name, says)));
    }
    Ok(if faults.is_empty() { Ok(imported) } else { Err(faults) })
}

/// Why a file of a bureau is not brought in on a page by an officer; nothing when it is.
fn foreign(officer: &Officer, page: &str, file: &SourceFile, bureau: &str) -> Option<&'static str> {
    if officer.may(Act::EditCatalogue, bureau).is_err() {
        return Some("不归您的单位管理：请删去这个单位的行");
    }
    if !bureau.starts_with(page.trim_end_matches("00")) {
        return Some("不是本页这个单位的清单：请核对“单位代码”，或者到那个单位的页面导入");
    }
    // What holds for all items of a bureau is no item: its text is kept by whoever runs the server.
    let common = format!("/{}.toml", crate::catalogue::COMMON);
    file.path.ends_with(&common).then_some(
        "改了本单位对全部事项的统一写法，这里不能导入：请改在各个事项的清单里，或者请系统管理员修改",
    )
}

/// Everything that is wrong, to be worked through beside the sheet.
fn workbook(faults: &[RowFault]) -> Answer {
    let book = exchange::write_faults(faults).map_err(Refusal::internal)?;
    Ok(file(XLSX, "import-faults.xlsx", book))
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `GET /desk/catalog/{bureau}/export.xlsx`
pub async fn xlsx(officer: Officer, State(app): State<App>, Path(bureau): Path<String>) -> Answer {
    let tables = tables(&app, &officer, &bureau)?;
    let book = exchange::write_xlsx(&tables).map_err(Refusal::internal)?;
    Ok(file(XLSX, &format!("items-{bureau}.xlsx"), book))
}

/// `GET /desk/catalog/{bureau}/export.csv`: every table a file, in one archive.
pub async fn csv(officer: Officer, State(app): State<App>, Path(bureau): Path<String>) -> Answer {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for table in tables(&app, &officer, &bureau)? {
        let name = format!("{}.csv", table.name);
        archive.start_file(name, zip::write::SimpleFileOptions::default()).map_err(Refusal::internal)?;
        archive.write_all(&exchange::write_csv(&table)).map_err(Refusal::internal)?;
    }
    let bytes = archive.finish().map_err(Refusal::internal)?.into_inner();
    Ok(file("application/zip", &format!("items-{bureau}-csv.zip"), bytes))
}

/// `GET /desk/catalog/{bureau}/export.json`
pub async fn json(officer: Officer, State(app): State<App>, Path(bureau): Path<String>) -> Answer {
    may_look(&officer, &bureau)?;
    let one = Some(bureau.as_str()).filter(|code| !super::is_nation(code));
    let text = exchange::whole(&app.part::<Catalogue>(), one).to_string();
    Ok(file("application/json", &format!("items-{bureau}.json"), text.into_bytes()))
}

fn tables(app: &App, officer: &Officer, bureau: &str) -> Answer<Vec<Table>> {
    may_look(officer, bureau)?;
    let day = app.today();
    let one = Some(bureau).filter(|code| !super::is_nation(code));
    Ok(exchange::tables(&app.part::<Catalogue>(), one, day, &day.strftime("%Y%m%d").to_string()))
}

fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> axum::response::Response {
    let named = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, named)], bytes).into_response()
}

async fn received(mut form: Multipart) -> Result<Sent, Trouble> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        match (name.as_str(), field.file_name().map(str::to_owned)) {
            ("file", Some(file)) => {
                sent.bytes = upload::bytes(field, MOST_BYTES).await?;
                sent.name = file;
            }
            (web::csrf::FIELD, None) => sent.token = Some(upload::text(field).await?),
            ("effective", None) => sent.effective = upload::text(field).await?,
            ("as_workbook", None) => sent.as_workbook = upload::text(field).await? == "yes",
            _ => {}
        }
    }
    Ok(sent)
}

fn refusal_of(trouble: Trouble, bureau: &str) -> Refusal {
    match trouble {
        Trouble::TooLarge => {
            let face = Face::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "文件超过 40 MB，没有收下",
                "请删去图片和空行，或者分成几个文件导入。",
            );
            face.action("回到批量导入", format!("/desk/catalog/{bureau}/import")).into()
        }
        Trouble::Broken(why) => Refusal::caused(broken(bureau), why),
    }
}

fn broken(bureau: &str) -> Face {
    let face = Face::invalid("upload-broken", "文件没有传完，没有收下", "可能是网络中断了。请重新提交。");
    face.action("回到批量导入", format!("/desk/catalog/{bureau}/import"))
}

fn by_sheet(faults: &[RowFault]) -> Vec<(String, usize)> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for fault in faults {
        *counted.entry(fault.sheet()).or_default() += 1;
    }
    counted.into_iter().map(|(sheet, count)| (sheet.to_owned(), count)).collect()
}
