using System.Text;
using Grid.Presentation.Exports;
using Grid.Sweeps.Tables;
using Grid.Web.Sources;
using Microsoft.AspNetCore.Http;

namespace Grid.Web.Api;

/// <summary>Serves tables of a sweep, which are made from the results so far.</summary>
static class Tables
{
    public const string ParquetType = "application/vnd.apache.parquet";

    public static async Task<IResult> Csv(ISweepSource source, string sweep, string table, CancellationToken ct)
    {
        var findings = await SweepSearch.Findings(source, sweep, ct);
        var bytes = new MemoryStream();
        await using (var writer = new StreamWriter(bytes, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" })
        {
            if (table == "cells") CellsTable.Write(writer, findings.Outcomes, findings.Terms);
            else if (table == "curves") CurvesTable.Write(writer, findings.Curves);
            else FriendsTable.Write(writer, findings.Friends);
        }

        return File(bytes, "text/csv; charset=utf-8", $"{findings.Heading.Id}-{table}.csv");
    }

    public static async Task<IResult> Parquet(ISweepSource source, string sweep, string table, CancellationToken ct)
    {
        var findings = await SweepSearch.Findings(source, sweep, ct);
        var bytes = new MemoryStream();
        if (table == "cells") await ParquetTables.Cells(bytes, findings.Outcomes, findings.Terms);
        else if (table == "curves") await ParquetTables.Curves(bytes, findings.Curves);
        else await ParquetTables.Friends(bytes, findings.Friends);
        return File(bytes, ParquetType, $"{findings.Heading.Id}-{table}.parquet");
    }

    static IResult File(MemoryStream bytes, string type, string name) => Results.File(bytes.ToArray(), type, name);
}
