using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Sweeps.Tests.Spec;

public sealed class SpecFileTests : IDisposable
{
    readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("grid-spec-").FullName, "x.yaml");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    string Error() => Assert.Throws<SpecException>(() => SweepFile.Load(_path, Known.Vocabulary)).Message;

    [Fact]
    public void A_file_is_read_with_or_without_a_byte_order_mark()
    {
        File.WriteAllText(_path, Known.Evasion, new System.Text.UTF8Encoding(true));
        var spec = SweepFile.Load(_path, Known.Vocabulary);

        Assert.Equal(390, spec.CellCount);
        Assert.Equal(Known.Evasion, spec.Text);
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.Equal($"{_path}: there is no such file; check the path", Error());

    [Fact]
    public void A_folder_is_no_file()
    {
        Directory.CreateDirectory(_path);
        Assert.StartsWith($"{_path}: cannot be read", Error());
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        File.WriteAllBytes(_path, [0x61, 0xff, 0xfe, 0x80]);
        Assert.Equal($"{_path}:1:1: not UTF-8 text; save it as UTF-8", Error());
    }

    [Fact]
    public void A_long_file_is_refused_unread()
    {
        File.WriteAllBytes(_path, new byte[3 << 20]);
        Assert.StartsWith($"{_path}:1:1: the file is over 1 MB", Error());
    }
}
