//! Values on the wire: TEXT and INT8, and the few types that expressions give.

use crate::{Fault, Row, Value};
use bytes::BytesMut;
use std::error::Error;
use thiserror::Error;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct WrongType(String);

fn wrong(what: impl Into<String>) -> Box<dyn Error + Sync + Send> {
    Box::new(WrongType(what.into()))
}

impl ToSql for Value {
    fn to_sql(&self, to: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, to) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(number), &Type::INT8) => number.to_sql(to, out),
            (Value::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(to, out),
            (Value::Int(number), &Type::INT2) => i16::try_from(*number)?.to_sql(to, out),
            (
                Value::Text(text),
                &Type::TEXT | &Type::VARCHAR | &Type::NAME | &Type::BPCHAR | &Type::UNKNOWN,
            ) => text.to_sql(to, out),
            (Value::Int(_), to) => Err(wrong(format!("a number where the statement wants {to}"))),
            (Value::Text(_), to) => Err(wrong(format!("text where the statement wants {to}"))),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(from: &Type, raw: &'a [u8]) -> Result<Value, Box<dyn Error + Sync + Send>> {
        Ok(match *from {
            Type::INT8 => Value::Int(i64::from_sql(from, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(from, raw)?.into()),
            Type::INT2 => Value::Int(i16::from_sql(from, raw)?.into()),
            Type::BOOL => Value::Int(bool::from_sql(from, raw)?.into()),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR | Type::UNKNOWN => {
                Value::Text(String::from_sql(from, raw)?)
            }
            Type::VOID => Value::Null,
            _ => {
                return Err(wrong(format!(
                    "a value of type {from}: write cast(… as bigint) or cast(… as text)"
                )));
            }
        })
    }

    fn from_sql_null(_: &Type) -> Result<Value, Box<dyn Error + Sync + Send>> {
        Ok(Value::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

pub(super) fn row_of(row: &tokio_postgres::Row) -> Result<Row, Fault> {
    let value = |i| row.try_get::<usize, Value>(i).map_err(|error| super::fault_of(&error));
    (0..row.len()).map(value).collect::<Result<_, _>>().map(Row::new)
}
