using System.Text;
using GpuContainers.Host.Gpus;
using GpuContainers.Host.Tegra;

namespace GpuContainers.Host.Tests.Gpus;

public sealed class KernelTextsTests
{
    [Fact]
    [Requirement("DS-107")]
    public void Lines_are_split_at_their_first_colon()
    {
        GpuInformation gpu = Parse(
            "Model: \t\t NVIDIA H200: 141GB \nIRQ 17\nGPU UUID: \t GPU-x\n Device Minor: 7\nBus Location: \t 0000:18:00.0\r\nDevice Minor: \t 3\0\nGPU " +
            "Excluded:\t No\n");
        Assert.Equal(new GpuInformation("NVIDIA H200: 141GB", "GPU-x", "0000:18:00.0", "3", false), gpu);
        Assert.Equal(3, gpu.DeviceMinor);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("GPU UUID: \t GPU-????????-????-????-????-????????????\n", null)]
    [InlineData("GPU UUID:\n", null)]
    [InlineData("GPU UUID: GPU-2f4d1a00\n", "GPU-2f4d1a00")]
    public void A_UUID_that_the_driver_does_not_know_yet_is_none(string text, string? uuid) => Assert.Equal(uuid, Parse(text).KnownUuid);

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    [InlineData("")]
    public void A_minor_that_is_no_number_is_none(string minor) => Assert.Null(Parse($"Device Minor: {minor}\n").DeviceMinor);

    [Theory]
    [InlineData("Yes", true)]
    [InlineData("No", false)]
    [InlineData("", false)]
    public void An_excluded_GPU_says_so(string value, bool excluded) => Assert.Equal(excluded, Parse($"GPU Excluded:\t {value}\n").IsExcluded);

    [Theory]
    [InlineData("NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.133.20  Sun Mar 30 02:42:35 UTC 2025\nGCC version:  gcc version 12.2.0\n", "570.133.20")]
    [InlineData("NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  580.00  Release Build", "580.00")]
    [InlineData("NVRM version: NVIDIA UNIX x86_64 Kernel Module\nGCC version: 12.2.0", null)]
    [InlineData("NVRM version: .5 x", null)]
    [InlineData("", null)]
    public void The_modules_version_is_the_first_word_of_numbers_and_dots(string text, string? version) =>
        Assert.Equal(version, NvidiaProc.ParseVersion(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [Requirement("DS-100")]
    [InlineData("config", 1)]
    [InlineData("monitor", 2)]
    [InlineData("gpu0/gi1/access", 12)]
    [InlineData("gpu10/gi1/ci0/access", 1363)]
    [InlineData("gpu0/gi9/tail/of/any/kind", 5)]
    [InlineData("gpu0/gi2/access", null)] // two blanks
    [InlineData("gpu0/gi3/access", null)] // three parts
    [InlineData("gpu0/gi4/access", null)] // no number
    [InlineData("gpu0/gi5/access", 9)] // the later line wins
    [InlineData("gpu0", null)]
    [InlineData("unknown", null)]
    [InlineData("gpux/gi1/access", null)]
    public void A_capabilitys_minor_is_looked_up(string capability, int? minor)
    {
        const string table =
            "config 1\nmonitor 2\ngpu0/gi1/access 12\ngpu10/gi1/ci0/access 1363\ngpu0/gi9/tail/of/any/kind 5\ngpu0/gi2/access  3\ngpu0/gi3/access 3 4\n"
            + "gpu0/gi4/access x\ngpu0/gi5/access 8\ngpu0/gi5/access 9\ngpu0 7\nunknown 8\ngpux/gi1/access 9\nno minor at all\n\n";
        Assert.Equal(minor, new MigMinors(Encoding.UTF8.GetBytes(table)).MinorOf(capability));
    }

    [Fact]
    [Requirement("DS-99")]
    public void A_host_without_the_table_has_none()
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        Assert.Null(MigMinors.Read(host.Root));
        Assert.Equal(host.At("/proc/driver/nvidia-caps/mig-minors"), MigMinors.PathBelow(host.Root));
    }

    // All MIG devices of a run are looked up in what was read once.
    [Fact]
    [Requirement("DS-102")]
    public void The_table_is_read_once()
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        string file = host.Write("/proc/driver/nvidia-caps/mig-minors", "config 1\n");
        MigMinors minors = MigMinors.Read(host.Root)!;
        File.Delete(file);
        Assert.Equal(1, minors.MinorOf("config"));
    }

    [Fact]
    public void A_long_line_and_NUL_bytes_do_no_harm()
    {
        byte[] line = new byte[4 << 20];
        Array.Fill(line, (byte)'x');
        byte[] nul = new byte[1 << 20];
        Assert.Equal("", GpuInformation.Parse(line).Uuid);
        Assert.Equal("", GpuInformation.Parse(nul).Uuid);
        Assert.Null(NvidiaProc.ParseVersion(line));
        Assert.Null(NvidiaProc.ParseVersion(nul));
        Assert.Equal(7, new MigMinors([.. line, .. "\nconfig 7\n"u8, .. nul]).MinorOf("config"));
        Assert.Single(CsvFiles.Parse([.. line, .. nul, .. "\ndev, /dev/a\n"u8]));
    }

    private static GpuInformation Parse(string text) => GpuInformation.Parse(Encoding.UTF8.GetBytes(text));
}
