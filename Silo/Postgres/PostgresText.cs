using System.Text;

namespace Grid.Silo.Postgres;

static class PostgresText
{
    /// <summary>
    /// Takes NUL and halves of surrogate pairs out of a text, for a database refuses them and a message must not prevent storing a result.
    /// </summary>
    public static string? Storable(string? text) => text is null ? null : string.Concat(text.EnumerateRunes().Where(r => r.Value != 0));
}
