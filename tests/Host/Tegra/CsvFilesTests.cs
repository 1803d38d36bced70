using System.Text;
using GpuContainers.Host.Tegra;
using GpuContainers.Host.Tests.Files;

namespace GpuContainers.Host.Tests.Tegra;

public sealed class CsvFilesTests : IDisposable
{
    private readonly SimulatedTree _host = SimulatedTree.OfText("{}");

    public void Dispose() => _host.Dispose();

    [Theory]
    [Requirement("DS-110")]
    [InlineData("dev, /dev/nvidia0", CsvEntryKind.Device, "/dev/nvidia0")]
    [InlineData("  dir ,\t/lib/firmware  \r", CsvEntryKind.Directory, "/lib/firmware")]
    [InlineData("lib,/usr/lib/*.so,1", CsvEntryKind.Library, "/usr/lib/*.so,1")]
    [InlineData("sym,\"/quoted\"", CsvEntryKind.Symlink, "\"/quoted\"")]
    public void A_line_is_a_kind_and_a_path(string line, CsvEntryKind kind, string path) =>
        Assert.Equal([new CsvEntry(kind, path)], CsvFiles.Parse(Encoding.UTF8.GetBytes(line)));

    [Theory]
    [Requirement("DS-110")]
    [InlineData("")]
    [InlineData("/dev/nvidia0")]
    [InlineData("DEV, /dev/nvidia0")]
    [InlineData("# dev, /dev/nvidia0")]
    [InlineData("dev,")]
    [InlineData("dev,  ")]
    [InlineData(", /dev/nvidia0")]
    [InlineData("dev, /dev/nv\0idia0")]
    public void Other_lines_are_left_out(string line) => Assert.Empty(CsvFiles.Parse(Encoding.UTF8.GetBytes(line)));

    [Fact]
    [Requirement("DS-109")]
    public void A_folder_gives_its_csv_files_in_the_order_of_their_names()
    {
        foreach (string name in (string[])["z.csv", "devices.csv", "A.CSV", ".csv", "l4t.csv", "drivers.csv", "notes.txt", "csv", "sub/deep.csv"])
            _host.Write("/csv/" + name);
        Directory.CreateDirectory(_host.At("/csv/folder.csv"));
        Assert.Equal(["A.CSV", "devices.csv", "drivers.csv", "l4t.csv", "z.csv"], CsvFiles.Choose(_host.At("/csv"), all: true)!.Select(Path.GetFileName));
        Assert.Equal(["devices.csv", "drivers.csv", "l4t.csv"], CsvFiles.Choose(_host.At("/csv"), all: false)!.Select(Path.GetFileName));
        Assert.Null(CsvFiles.Choose(_host.At("/nowhere"), all: true));
        Assert.Null(CsvFiles.Choose(_host.At("/csv/notes.txt"), all: true));
    }

    [Fact]
    [Requirement("DS-109")]
    public void The_three_files_of_every_system_are_the_default() =>
        Assert.Equal(["devices.csv", "drivers.csv", "l4t.csv"],
            CsvFiles.Default.Select(static file => Path.GetRelativePath("/etc/nvidia-container-runtime/host-files-for-container.d", file)));

    [Fact]
    [Requirement("DS-111")]
    public void Files_are_read_in_their_order_and_useless_ones_skipped_with_a_warning()
    {
        string first = _host.Write("/csv/a.csv", "dev, /dev/a\nlib, /lib/a\n"), empty = _host.Write("/csv/b.csv", "# nothing\n"),
            last = _host.Write("/csv/c.csv", "dev, /dev/c\n");
        string missing = _host.At("/csv/gone.csv"), huge = _host.Write("/csv/huge.csv", "dev, /dev/huge\n");
        Sparse.Write(huge, 1L << 30);
        string log = LogCapture.Of(
            () => Assert.Equal(["/dev/c", "/dev/a", "/lib/a"], CsvFiles.Read([last, missing, empty, huge, first]).Select(static entry => entry.Path)));
        Assert.Contains($"Skipping CSV file {missing}: failed to parse CSV file: open {missing}: no such file or directory", log, StringComparison.Ordinal);
        Assert.Contains($"Skipping CSV file {empty}: CSV file is empty", log, StringComparison.Ordinal);
        Assert.Contains($"Skipping CSV file {huge}: failed to parse CSV file: open {huge}: file too large", log, StringComparison.Ordinal);
    }
}
