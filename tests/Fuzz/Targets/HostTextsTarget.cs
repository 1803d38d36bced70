using System.Text;
using GpuContainers.Fuzz.Tests.Runner;
using GpuContainers.Host;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>Texts of the kernel module, CSV files, names of devices, answers of the inventory's child: none may bring the reader down.</summary>
public sealed class HostTextsTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "host-texts";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        _ = GpuInformation.Parse(input);
        string? version = NvidiaProc.ParseVersion(input);
        Assert.True(version is null || version.All(static c => char.IsAsciiDigit(c) || c == '.'), version);
        foreach (CsvEntry entry in CsvFiles.Parse(input))
            Assert.NotEmpty(entry.Path);
        DeviceIdentifier name = DeviceIdentifier.Parse(Encoding.UTF8.GetString(input));
        Assert.True(Enum.IsDefined(name.Kind));
        try
        {
            _ = InventoryReportJson.Read(input);
        }
        catch (HostException)
        {
            // Not what the child says.
        }
    }
}
