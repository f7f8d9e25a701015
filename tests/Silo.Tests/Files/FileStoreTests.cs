using System.Text;
using Grid.Grains.Storage;
using Grid.Silo.Files;
using Grid.Sweeps.Files;
using Grid.Sweeps.Journals;

namespace Grid.Silo.Tests.Files;

public sealed class FileStoreTests : StoreContract, IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("grid-files-").FullName;
    FileStore? _open;

    string CellsPath => Path.Combine(_folder, "cells.jsonl");

    private protected override Task<IGridStore> Open() => Task.FromResult<IGridStore>(Store());

    public void Dispose()
    {
        _open?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    FileStore Store()
    {
        _open?.Dispose();
        return _open = FileStore.Open(_folder, TimeProvider.System);
    }

    [Fact]
    public void A_folder_is_held_by_one_silo()
    {
        Store();
        var error = Assert.Throws<JournalException>(() => FileStore.Open(_folder, TimeProvider.System));
        Assert.StartsWith($"{_folder} is in use by another run", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_at_any_byte_of_a_write_it_keeps_what_was_acknowledged()
    {
        await Store().WriteCells([new(Make.Failed(1), 0)]);
        var before = new FileInfo(CellsPath).Length;
        await _open!.WriteCells([new(Make.Done(1), 1), new(Make.Done(2), 0)]);
        _open.Dispose();
        var whole = File.ReadAllBytes(CellsPath);

        for (var length = 0; length <= whole.Length; length += length < before ? 41 : 13)
        {
            File.WriteAllBytes(CellsPath, whole[..length]);
            var store = Store();
            var read = await store.ReadCells([Make.Done(1).Result.Cell, Make.Done(2).Result.Cell]);
            if (length >= before) Assert.NotNull(read[0]);
            // It goes on from there, on a line of its own.
            Assert.Equal([true], await store.WriteCells([new(Make.Done(3), 0)]));
            Assert.Equal(Make.Text(Make.Done(3)), Make.Text((await Store().ReadCells([Make.Done(3).Result.Cell]))[0]!.Value));
        }
    }

    [Fact]
    public async Task What_a_killed_silo_was_writing_of_a_sweep_goes_away()
    {
        await Store().WriteSweep(new(Make.Sweep("one-1"), 0));
        var unfinished = Path.Combine(_folder, "sweeps", "one-1.json.abc.tmp");
        File.WriteAllText(unfinished, "{\"val");
        Assert.Single(await Store().Sweeps(false, default));
        Assert.False(File.Exists(unfinished));
    }

    [Fact]
    public async Task A_damaged_line_is_named()
    {
        await Store().WriteCells([new(Make.Done(1), 0), new(Make.Done(2), 0)]);
        _open!.Dispose();
        var lines = File.ReadAllLines(CellsPath);
        lines[1] = lines[1].Replace("\"version\"", "version", StringComparison.Ordinal);
        File.WriteAllText(CellsPath, string.Join('\n', lines) + "\n");
        var error = Assert.Throws<JournalException>(() => Store());
        Assert.StartsWith($"{CellsPath}:2: the line is damaged (", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_whose_numbers_were_changed_is_named()
    {
        await Store().WriteCells([new(Make.Done(1), 0), new(Make.Done(2), 0)]);
        _open!.Dispose();
        File.WriteAllText(CellsPath,
            File.ReadAllText(CellsPath).Replace("\"seconds\":2.125", "\"seconds\":2.124", StringComparison.Ordinal));
        Assert.StartsWith($"{CellsPath}:3: the line is damaged (its checksum does not fit)",
            Assert.Throws<JournalException>(() => Store()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_lines_are_passed_over()
    {
        await Store().WriteCells([new(Make.Done(1), 0), new(Make.Done(2), 0)]);
        _open!.Dispose();
        File.WriteAllText(CellsPath, File.ReadAllText(CellsPath).Replace("\n", "\n\n", StringComparison.Ordinal));
        Assert.All(await Store().ReadCells([Make.Done(1).Result.Cell, Make.Done(2).Result.Cell]), Assert.NotNull);
        Assert.Equal([true], await _open!.WriteCells([new(Make.Done(3), 0)]));
        Assert.Equal(Make.Text(Make.Done(3)), Make.Text((await Store().ReadCells([Make.Done(3).Result.Cell]))[0]!.Value));
    }

    public static TheoryData<string> Damages => ["cut short", "empty", "zeroed", "one bit turned", "foreign"];

    [Theory, MemberData(nameof(Damages))]
    public async Task A_damaged_list_of_cells_is_told_of_and_made_anew(string damage)
    {
        var cells = new[] { Make.Id(1), Make.Id(2) };
        await Store().WriteCells([new(Make.Done(1), 0)]);
        await _open!.Enlist("one-1", cells);
        var path = Path.Combine(_folder, "sweeps", "one-1.cells");
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, Damaged(whole, damage));

        await Assert.ThrowsAsync<JournalException>(() => Results(Store(), "one-1"));
        var log = new Told<FileStore>();
        _open!.Log = log;
        await _open.Enlist("one-1", cells);

        Assert.StartsWith(path, Assert.Single(log.Lines), StringComparison.Ordinal);
        Assert.Equal(whole, File.ReadAllBytes(path));
    }

    static byte[] Damaged(byte[] file, string damage)
    {
        switch (damage)
        {
            case "cut short":
                return file[..^1];
            case "empty":
                return [];
            case "zeroed":
                file = [.. file];
                file.AsSpan(3, 4).Clear();
                return file;
            case "one bit turned":
                file = [.. file];
                file[5] ^= 1;
                return file;
            default:
                return Encoding.UTF8.GetBytes("a note\nof mine\n");
        }
    }

    [Theory, MemberData(nameof(Damages))]
    public async Task A_damaged_sweep_is_named(string damage)
    {
        await Store().WriteSweep(new(Make.Sweep("one-1"), 0));
        var path = Path.Combine(_folder, "sweeps", "one-1.json");
        // It is a line, and its end is not part of what it says.
        File.WriteAllBytes(path, Damaged(File.ReadAllBytes(path)[..^1], damage));
        Assert.StartsWith($"{path}: the file is damaged (", Assert.Throws<JournalException>(() => Store()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_a_newer_silo_are_left_alone()
    {
        File.WriteAllText(CellsPath, "{\"format\":2}\n");
        Assert.Equal($"{CellsPath}:1: the format 2 is newer than 1: use a newer silo.",
            Assert.Throws<JournalException>(() => Store()).Message);
    }

    [Theory, InlineData("../one"), InlineData("a/b"), InlineData("."), InlineData(""), InlineData("a\0b")]
    public async Task No_name_leads_out_of_the_folder(string name)
    {
        var store = Store();
        Assert.Null(await store.ReadSweep(name));
        Assert.Empty(await Results(store, name));
        await Assert.ThrowsAsync<ArgumentException>(() => store.Enlist(name, []));
        await Assert.ThrowsAsync<ArgumentException>(() => store.WriteSweep(new(Make.Sweep(name), 0)));
    }

    [Fact]
    public async Task A_sweep_that_cannot_be_written_stays_as_it_was()
    {
        var store = Store();
        await store.WriteSweep(new(Make.Sweep("one-1"), 0));
        // As a disk without room: the rename has nowhere to go.
        var path = Path.Combine(_folder, "sweeps", "two-2.json");
        Directory.CreateDirectory(Path.Combine(path, "in the way"));
        var error = await Assert.ThrowsAsync<JournalWriteException>(() => store.WriteSweep(new(Make.Sweep("two-2"), 0)));
        Assert.StartsWith($"{path} cannot be written (", error.Message, StringComparison.Ordinal);
        Assert.Null(await store.ReadSweep("two-2"));
        Directory.Delete(path, recursive: true);
        Assert.True(await store.WriteSweep(new(Make.Sweep("two-2"), 0)));
    }
}
