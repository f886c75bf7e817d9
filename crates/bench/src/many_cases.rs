//! Databases as full as a city's after years: licences by the numbers, and cases that repeat one that was really filed.

use anyhow::{Result, ensure};
use tokio_postgres::Client;

use crate::postgres::connect;
use crate::shop::BUREAUS;

/// Twelve digits hold 99,999 serials for each division and kind; five divisions and two kinds make ten times that.
const SERIES: usize = 10;
pub const MOST_LICENCES: usize = SERIES * 99_999;

/// The tables of a case: the column that leads to it, and the columns that tell one case from another.
const TABLES: [(&str, &str, &[&str]); 9] = [
    ("case_file", "id", &["id", "number"]),
    ("case_material", "case_id", &["case_id", "id"]),
    ("case_paper", "case_id", &["case_id", "id", "number"]),
    ("task", "case_id", &["case_id", "id"]),
    ("my_case", "case_id", &["case_id", "number"]),
    ("history", "subject", &["subject"]),
    ("history_head", "subject", &["subject"]),
    ("idem", "answer", &["key", "answer"]),
    ("message", "link", &["id", "link"]),
];

/// Replaces the licences by `count` others, as evenly over the counties as numbers allow.
pub async fn licences(url: &str, count: usize) -> Result<()> {
    let client = connect(url).await?;
    let each = count.min(MOST_LICENCES) / SERIES;
    client.batch_execute("create temporary table model as select * from licence limit 1").await?;
    client.batch_execute("truncate licence, licence_lookup, licence_head, uniq").await?;
    let columns = columns(&client, "licence").await?;
    for bureau in BUREAUS {
        let values: Vec<String> = columns.iter().map(|column| licence_value(column, bureau)).collect();
        client
            .batch_execute(&format!(
                "insert into licence ({}) select {} from model, generate_series(1, 2) kind, \
                 generate_series(1, {each}) serial",
                columns.join(", "),
                values.join(", ")
            ))
            .await?;
    }
    client
        .batch_execute(
            "insert into uniq (key_hash, kind, bureau, value) select number, 'licence-no', bureau, number from licence; \
             insert into licence_lookup (key_hash, kind, bureau, number) \
             select md5(number) || md5(credit_code), 'credit-code', bureau, number from licence; \
             insert into licence_head (bureau, seq) select distinct bureau, 1 from licence",
        )
        .await?;
    Ok(())
}

fn licence_value(column: &str, bureau: u32) -> String {
    match column {
        "bureau" | "division" => format!("'{bureau}'"),
        "number" => format!("'{bureau}' || kind || lpad(serial::text, 5, '0')"),
        "seq" => "1".to_owned(),
        "shop_name" => "left(shop_name, 8) || kind || serial".to_owned(),
        "credit_code" => format!("'92{bureau}MA' || kind || lpad(serial::text, 7, '0')"),
        "address" => "left(address, 12) || kind || '-' || serial || '号'".to_owned(),
        plain => plain.to_owned(),
    }
}

/// Repeats the case with this id at its bureau `count` times, with all its rows. One in fifty is still open, as new as
/// the model; the others were delivered before it.
pub async fn cases(url: &str, id: &str, count: usize) -> Result<()> {
    let client = connect(url).await?;
    // Foreign keys hold by construction: each row follows its case. Checking them would double the time of filling.
    client.batch_execute("set session_replication_role = replica; set synchronous_commit = off").await?;
    for (table, key, own) in TABLES {
        let columns = columns(&client, table).await?;
        let values: Vec<String> = columns.iter().map(|column| case_value(table, column, own)).collect();
        let holds = if key == "link" { format!("link like '%{id}'") } else { format!("{key} = '{id}'") };
        let made = client
            .execute(
                &format!(
                    "insert into {table} ({}) select {} from (select * from {table} where {holds}) model, \
                     generate_series(1, {count}) g",
                    columns.join(", "),
                    values.join(", ")
                ),
                &[],
            )
            .await?;
        ensure!(made >= count as u64, "{table} holds nothing of the model");
    }
    Ok(())
}

fn case_value(table: &str, column: &str, own: &[&str]) -> String {
    const OPEN: &str = "g % 50 = 0";
    match (table, column) {
        // Lengths stay as they were; `x` is in no id and no number that the product gives.
        _ if own.contains(&column) => {
            format!("left({column}, greatest(length({column}) - 8, 0)) || 'x' || lpad(g::text, 7, '0')")
        }
        ("case_file", "stage") => format!("case when {OPEN} then stage else 'delivered' end"),
        ("task", "closed_at") => {
            format!("case when {OPEN} then null else opened_at - g::bigint * 60000000 end")
        }
        (_, "received_at" | "opened_at" | "at") => {
            format!("case when {OPEN} then {column} else {column} - g::bigint * 60000000 end")
        }
        ("message", "read_at") => "at".to_owned(),
        (_, plain) => plain.to_owned(),
    }
}

async fn columns(client: &Client, table: &str) -> Result<Vec<String>> {
    let sql = "select column_name::text from information_schema.columns where table_schema = 'public' \
               and table_name = $1 order by ordinal_position";
    let rows = client.query(sql, &[&table]).await?;
    ensure!(!rows.is_empty(), "no table {table}");
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
