namespace GpuContainers.EndToEnd.Tests;

/// <summary>The image of all test containers: busybox, a probe, and the machine's C library. Made once a run.</summary>
internal static class ContainerImage
{
    private static readonly Lazy<string> Made = new(Make);

    /// <summary>Its folder.</summary>
    internal static string Folder => Made.Value;

    private static string Make()
    {
        _ = Checkout.MachineProgram("gcc");
        _ = Checkout.MachineProgram("busybox");
        string folder = Checkout.At("artifacts", "test", "image");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Command.Run(Checkout.At("eng", "demo", "rootfs.sh"), folder).Succeeded();
        return folder;
    }
}
