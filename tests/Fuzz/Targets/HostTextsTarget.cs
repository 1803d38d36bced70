using System.Text;
using GpuContainers.Fuzz.Tests.Runner;
using GpuContainers.Host;
using GpuContainers.Host.Gpus;
using GpuContainers.Host.Inventory;
using GpuContainers.Host.Tegra;

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
        var minors = new MigMinors(input.ToArray());
        foreach (string capability in (ReadOnlySpan<string>)["config", "gpu0/gi1/access", "gpu0/gi1/ci0/access"])
            Assert.True(minors.MinorOf(capability) is null || input.IndexOf(Encoding.ASCII.GetBytes(capability + " ")) >= 0);
        CheckAddress(Encoding.UTF8.GetString(input));
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

    // Whatever stands in a folder's name or comes from NVML, the order of GPUs is one.
    private static void CheckAddress(string text)
    {
        string address = PciAddress.FromNvml(text);
        Assert.Equal(address, PciAddress.FromNvml(address));
        Assert.Equal(0, PciAddress.Compare(address, address));
        int order = PciAddress.Compare(address, "0000:18:00.0");
        Assert.Equal(-Math.Sign(order), Math.Sign(PciAddress.Compare("0000:18:00.0", address)));
    }
}
