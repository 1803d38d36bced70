using System.Text;
using CsCheck;
using GpuContainers.Host.Inventory;

namespace GpuContainers.Host.Tests.Inventory;

public sealed class InventoryReportJsonTests
{
    private static readonly Gen<string> s_text = Gen.String[Gen.Char["aä€\"\\\n\0 /{}"], 0, 12];
    private static readonly Gen<string?> s_optionalText = Gen.Null(s_text);
    private static readonly Gen<int?> s_number = Gen.Nullable(Gen.Int);
    private static readonly Gen<DriverError?> s_error = Gen.Null(Gen.Select(Gen.Int, s_text, static (code, text) => new DriverError(code, text)));

    private static readonly Gen<InventoryMig> s_mig = Gen.Select(
        Gen.Int, s_optionalText, Gen.Int, Gen.Int, Gen.Bool, s_optionalText,
        static (index, uuid, gi, ci, graphics, error) =>
            new InventoryMig { Index = index, Uuid = uuid, GpuInstance = gi, ComputeInstance = ci, HasGraphics = graphics, Error = error });

    private static readonly Gen<InventoryGpu> s_gpu = Gen.Select(
        Gen.Select(Gen.Int, s_text, s_optionalText, s_number, s_optionalText), Gen.Select(s_error, s_error, s_error, s_error, s_error),
            Gen.Select(Gen.Bool, Gen.Bool, s_error), s_mig.Array[0, 3],
        static (facts, errors, modes, migs) => new InventoryGpu
        {
            Index = facts.Item1,
            Name = facts.Item2,
            Uuid = facts.Item3,
            Minor = facts.Item4,
            BusId = facts.Item5,
            UuidError = errors.Item1,
            MinorError = errors.Item2,
            BusIdError = errors.Item3,
            MigError = errors.Item4,
            CoherentError = errors.Item5,
            IsMigEnabled = modes.Item1,
            IsCoherent = modes.Item2,
            MigDevicesError = modes.Item3,
            MigDevices = migs,
        });

    private static readonly Gen<InventoryReport> s_report = Gen.Select(
        Gen.Select(s_error, s_optionalText, s_number, s_error, s_error), Gen.Select(s_optionalText, s_number, s_optionalText, s_optionalText, s_optionalText),
            s_gpu.Array[0, 3], s_text.Array[0, 3],
        static (first, second, gpus, stores) => new InventoryReport
        {
            InitError = first.Item1,
            DriverVersion = first.Item2,
            CudaVersion = first.Item3,
            CudaVersionError = first.Item4,
            GpusError = first.Item5,
            DriverStoresError = second.Item1,
            CudaDriverVersion = second.Item2,
            CudaDriverVersionError = second.Item3,
            ComputeCapability = second.Item4,
            ComputeCapabilityError = second.Item5,
            Gpus = gpus,
            DriverStores = stores,
        });

    [Fact]
    public void A_report_comes_back_as_it_was_written() => s_report.Sample(static report =>
    {
        byte[] json = InventoryReportJson.Write(report);
        Assert.Equivalent(report, InventoryReportJson.Read(json), strict: true);
        Assert.Equal(json, InventoryReportJson.Write(InventoryReportJson.Read(json)));
    });

    [Fact]
    public void Members_of_a_later_version_are_skipped() =>
        Assert.Equal("570",
            InventoryReportJson.Read("""{"new":{"a":[1,{"b":2}]},"gpus":[{"new":[],"migDevices":[{"new":1}]}],"driverVersion":"570"}"""u8).DriverVersion);

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"gpus":[{"index":0""")]
    [InlineData("""{"gpus":5}""")]
    [InlineData("""{"gpus":[5]}""")]
    [InlineData("""{"gpus":[{"index":"0"}]}""")]
    [InlineData("""{"gpus":[{"index":4294967296}]}""")]
    [InlineData("""{"driverVersion":570}""")]
    [InlineData("""{"driverStores":[1]}""")]
    [InlineData("""{"initError":"x"}""")]
    public void What_is_no_report_is_an_error_of_the_child(string json)
    {
        var error = Assert.Throws<HostException>(() => InventoryReportJson.Read(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(HostFailure.Inventory, error.Reason);
        Assert.StartsWith("the answer of gpu-inventory is not understood: ", error.Message, StringComparison.Ordinal);
    }
}
