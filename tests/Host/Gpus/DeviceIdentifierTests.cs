using CsCheck;
using GpuContainers.Host.Gpus;

namespace GpuContainers.Host.Tests.Gpus;

public sealed class DeviceIdentifierTests
{
    private const string Uuid = "2f4d1a00-7c3e-4B6a-9d21-5e8f4a000000";

    [Theory]
    [Requirement("NV-15", "NV-16", "NV-20")]
    [InlineData("0", DeviceIdentifierKind.GpuIndex, 0, 0)]
    [InlineData("00", DeviceIdentifierKind.GpuIndex, 0, 0)]
    [InlineData("4294967295", DeviceIdentifierKind.GpuIndex, 4294967295, 0)]
    [InlineData("4294967296", DeviceIdentifierKind.IndexTooLarge, 0, 0)]
    [InlineData("99999999999999999999999", DeviceIdentifierKind.IndexTooLarge, 0, 0)]
    [InlineData("1:02", DeviceIdentifierKind.MigIndex, 1, 2)]
    [InlineData("1:4294967296", DeviceIdentifierKind.IndexTooLarge, 0, 0)]
    public void Digits_are_indices(string text, DeviceIdentifierKind kind, uint index, uint migIndex) =>
        Assert.Equal(new DeviceIdentifier(kind, text, index, migIndex), DeviceIdentifier.Parse(text));

    [Theory]
    [Requirement("NV-17", "NV-18", "NV-19")]
    [InlineData("GPU-" + Uuid, DeviceIdentifierKind.GpuUuid)]
    [InlineData("GPU-urn:uuid:" + Uuid, DeviceIdentifierKind.GpuUuid)]
    [InlineData("GPU-{" + Uuid + "}", DeviceIdentifierKind.GpuUuid)]
    [InlineData("GPU-x" + Uuid + "y", DeviceIdentifierKind.GpuUuid)]
    [InlineData("GPU-2f4d1a007c3e4b6a9d215e8f4a000000", DeviceIdentifierKind.GpuUuid)]
    [InlineData("MIG-" + Uuid, DeviceIdentifierKind.MigUuid)]
    [InlineData("MIG-GPU-" + Uuid + "/1/0", DeviceIdentifierKind.MigUuid)]
    [InlineData(Uuid, DeviceIdentifierKind.BareUuid)]
    [InlineData("gpu-" + Uuid, DeviceIdentifierKind.Invalid)]
    [InlineData("GPU-", DeviceIdentifierKind.Invalid)]
    [InlineData("GPU-2f4d1a00-7c3e-4b6a-9d21-5e8f4a00000", DeviceIdentifierKind.Invalid)]
    [InlineData("GPU-2f4d1a00-7c3e-4b6a-9d21-5e8f4a00000g", DeviceIdentifierKind.Invalid)]
    [InlineData("GPU-2f4d1a0007c3e-4b6a-9d21-5e8f4a000000", DeviceIdentifierKind.Invalid)]
    [InlineData("MIG-GPU-" + Uuid + "/1", DeviceIdentifierKind.Invalid)]
    [InlineData("MIG-GPU-" + Uuid + "/1/x", DeviceIdentifierKind.Invalid)]
    [InlineData("MIG-GPU-" + Uuid + "/1/0/0", DeviceIdentifierKind.Invalid)]
    // What users try, and what names nothing.
    [InlineData("gpu0", DeviceIdentifierKind.Invalid)]
    [InlineData("", DeviceIdentifierKind.Invalid)]
    [InlineData(" 0", DeviceIdentifierKind.Invalid)]
    [InlineData("+1", DeviceIdentifierKind.Invalid)]
    [InlineData("-1", DeviceIdentifierKind.Invalid)]
    [InlineData("0x0", DeviceIdentifierKind.Invalid)]
    [InlineData("1_0", DeviceIdentifierKind.Invalid)]
    [InlineData("1:", DeviceIdentifierKind.Invalid)]
    [InlineData(":1", DeviceIdentifierKind.Invalid)]
    [InlineData("1:0:0", DeviceIdentifierKind.Invalid)]
    [InlineData("١", DeviceIdentifierKind.Invalid)]
    public void Names_are_told_by_their_form(string text, DeviceIdentifierKind kind) =>
        Assert.Equal(new DeviceIdentifier(kind, text), DeviceIdentifier.Parse(text));

    [Fact]
    public void Every_index_comes_back_as_it_was() =>
        Gen.UInt.Sample(index => DeviceIdentifier.Parse(index.ToString(System.Globalization.CultureInfo.InvariantCulture)).Index == index);
}
