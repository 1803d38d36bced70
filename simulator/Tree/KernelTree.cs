using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using GpuContainers.Linux.Files;
using GpuContainers.Simulator.Description;

namespace GpuContainers.Simulator.Tree;

/// <summary>What the kernel module shows below /proc and /sys.</summary>
internal static class KernelTree
{
    internal static void Add(HostTree tree, HostDescription description, IReadOnlyList<SimulatedGpu> gpus)
    {
        if (description.Driver is { } driver && (driver.KernelModule ?? driver.Version) is { Length: > 0 } module)
        {
            AddModule(tree, module);
            AddDevices(tree, description, gpus);
            foreach (SimulatedGpu gpu in gpus)
                AddGpu(tree, driver, gpu);
            AddMig(tree, gpus);
        }
        foreach (SimulatedGpu gpu in gpus)
            AddPci(tree, gpu);
    }

    private static void AddModule(HostTree tree, string version)
    {
        string architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";
        tree.File("/proc/driver/nvidia/version",
            $"NVRM version: NVIDIA UNIX Open Kernel Module for {architecture}  {version}  Release Build  (simulated)  Sun Mar 30 02:42:35 UTC 2025\n"
            + "GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n", FileModes.ReadOnlyFile);
        tree.File("/proc/driver/nvidia/params",
            "ResmanDebugLevel: 4294967295\nRmLogonRC: 1\nModifyDeviceFiles: 1\nDeviceFileUID: 0\nDeviceFileGID: 0\n"
            + "DeviceFileMode: 438\nEnableGpuFirmware: 18\n", FileModes.ReadOnlyFile);
        tree.File("/proc/driver/nvidia/registry", "Binary: \"\"\n", FileModes.ReadOnlyFile);
    }

    private static void AddDevices(HostTree tree, HostDescription description, IReadOnlyList<SimulatedGpu> gpus)
    {
        var text = new StringBuilder("Character devices:\n  1 mem\n  5 /dev/tty\n 10 misc\n");
        text.Append(CultureInfo.InvariantCulture, $"{DeviceNodes.GpuMajor} nvidia\n{DeviceNodes.GpuMajor} nvidia-modeset\n{DeviceNodes.GpuMajor} nvidiactl\n");
        if (gpus.Any(static g => g.Source.Drm))
            text.Append(CultureInfo.InvariantCulture, $"{DeviceNodes.DrmMajor} drm\n");
        if (description.ImexChannels.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"{DeviceNodes.ImexMajor} nvidia-caps-imex-channels\n");
        text.Append(CultureInfo.InvariantCulture, $"{DeviceNodes.CapabilityMajor} nvidia-caps\n{DeviceNodes.UvmMajor} nvidia-uvm\n");
        tree.File("/proc/devices", text + "\nBlock devices:\n259 blkext\n", FileModes.ReadOnlyFile);
    }

    private static void AddGpu(HostTree tree, DriverDescription driver, SimulatedGpu gpu)
    {
        // Without persistence the module knows a GPU's UUID only while somebody has the device open.
        string uuid = driver.Persistence ? gpu.Uuid : "GPU-????????-????-????-????-????????????";
        tree.File($"/proc/driver/nvidia/gpus/{gpu.BusId}/information",
            $"Model: \t\t {gpu.Source.Model}\nIRQ:   \t\t {100 + gpu.Index}\nGPU UUID: \t {uuid}\nVideo BIOS: \t ??.??.??.??.??\nBus Type: \t PCIe\n"
            + $"DMA Size: \t 52 bits\nDMA Mask: \t 0xfffffffffffff\nBus Location: \t {gpu.BusId}\nDevice Minor: \t {gpu.Minor}\n"
            + $"GPU Firmware: \t {driver.Version}\nGPU Excluded:\t {(gpu.Source.Excluded ? "Yes" : "No")}\n", FileModes.ReadOnlyFile);
    }

    private static void AddMig(HostTree tree, IReadOnlyList<SimulatedGpu> gpus)
    {
        if (!gpus.Any(static g => g.Source.MigCapable))
            return;
        var table = new StringBuilder("config 1\nmonitor 2\n");
        AddAccess(tree, "/proc/driver/nvidia/capabilities/mig/config", 1);
        AddAccess(tree, "/proc/driver/nvidia/capabilities/mig/monitor", 2);
        foreach (SimulatedGpu gpu in gpus.OrderBy(static g => g.Minor))
        {
            for (uint gi = 0; gi < 15; gi++)
            {
                table.Append(CultureInfo.InvariantCulture, $"gpu{gpu.Minor}/gi{gi}/access {DeviceNodes.CapabilityMinor(gpu.Minor, gi, null)}\n");
                for (uint ci = 0; ci < 8; ci++)
                    table.Append(CultureInfo.InvariantCulture, $"gpu{gpu.Minor}/gi{gi}/ci{ci}/access {DeviceNodes.CapabilityMinor(gpu.Minor, gi, ci)}\n");
            }
            if (gpu.Source.ShowsMigFolder)
                tree.Directory($"/proc/driver/nvidia/capabilities/gpu{gpu.Minor}/mig");
            foreach (SimulatedMigDevice mig in gpu.Mig ?? [])
            {
                string instance = $"/proc/driver/nvidia/capabilities/gpu{gpu.Minor}/mig/gi{mig.GpuInstance}";
                AddAccess(tree, instance + "/access", DeviceNodes.CapabilityMinor(gpu.Minor, mig.GpuInstance, null));
                AddAccess(tree, $"{instance}/ci{mig.ComputeInstance}/access", DeviceNodes.CapabilityMinor(gpu.Minor, mig.GpuInstance, mig.ComputeInstance));
            }
        }
        tree.File("/proc/driver/nvidia-caps/mig-minors", table.ToString(), FileModes.ReadOnlyFile);
    }

    private static void AddAccess(HostTree tree, string path, uint minor) =>
        tree.File(path, $"DeviceFileMinor: {minor}\nDeviceFileMode: 256\nDeviceFileModify: 1\n", UnixFileMode.UserRead);

    private static void AddPci(HostTree tree, SimulatedGpu gpu)
    {
        string folder = "/sys/bus/pci/devices/" + gpu.BusId;
        tree.File(folder + "/vendor", "0x10de\n", FileModes.ReadOnlyFile);
        tree.File(folder + "/device", "0x2335\n", FileModes.ReadOnlyFile);
        tree.File(folder + "/class", "0x030200\n", FileModes.ReadOnlyFile);
        tree.File(folder + "/numa_node", "-1\n", FileModes.ReadOnlyFile);
        if (gpu.Source.Drm)
        {
            tree.Directory($"{folder}/drm/card{gpu.Minor}");
            tree.Directory($"{folder}/drm/renderD{128 + gpu.Minor}");
        }
    }
}
