namespace GpuContainers.Simulator.Description;

/// <summary>A WSL system: the driver is a folder of the Windows host, the device is /dev/dxg.</summary>
internal sealed record WslDescription
{
    /// <summary>The folder below /usr/lib/wsl/drivers.</summary>
    public string DriverStore { get; set; } = "nv_dispi.inf_amd64_8a0e1f4bd0d6a1a5";
}
