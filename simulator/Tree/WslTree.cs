using System.Text;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Simulator.Description;
using GpuContainers.Simulator.Elf;

namespace GpuContainers.Simulator.Tree;

/// <summary>A WSL system: /dev/dxg, libdxcore.so and the driver store of the Windows host.</summary>
internal static class WslTree
{
    private static readonly string[] StoreFiles =
    [
        "libcuda.so.1.1", "libcuda_loader.so", "libnvidia-ptxjitcompiler.so.1", "libnvidia-ml_loader.so", "libnvdxgdmal.so.1", "libnvidia-ngx.so.1",
    ];

    internal static void Add(
        HostTree tree, WslDescription wsl, HostDescription description, IReadOnlyList<SimulatedGpu> gpus, Func<byte[]> nvmlLibrary, string at,
        Func<byte[]>? program)
    {
        string store = "/usr/lib/wsl/drivers/" + wsl.DriverStore;
        DriverDescription driver = description.Driver ?? new DriverDescription();
        string answers = NvmlTree.Answers(driver, gpus, at) + $"store\t{LexicalPath.Join(at, store)}\n";
        byte[] library = nvmlLibrary();
        tree.Node("/dev/dxg", 10, 125, FileModes.SharedFile, 0);
        foreach (string file in StoreFiles)
            tree.File($"{store}/{file}", new SharedObject(file == "libcuda.so.1.1" ? "libcuda.so.1" : file).ToBytes(), FileModes.PublicFolder);
        tree.File(store + "/libnvidia-ml.so.1", NvmlTree.WithAnswers(library, answers), FileModes.PublicFolder);
        tree.File(store + "/nvcubins.bin", "data of a simulated driver\n");
        byte[] smi = program is null ? StaticProgram.Printing("nvidia-smi of a simulated WSL driver\n") : NvmlTree.WithAnswers(program(), answers);
        tree.File(store + "/nvidia-smi", smi, FileModes.PublicFolder);
        tree.File("/usr/lib/wsl/lib/libdxcore.so", NvmlTree.WithAnswers(Renamed(library), answers), FileModes.PublicFolder);
        tree.File("/etc/ld.so.conf.d/ld.wsl.conf", "/usr/lib/wsl/lib\n");
        tree.CacheRoots.Add("/");
    }

    // The library of simulator/Nvml answers dxcore's questions too; only its soname, by which ldconfig lists it, must be another.
    internal static byte[] Renamed(byte[] library)
    {
        if (library.Length == 0)
            return library;
        byte[] copy = [.. library];
        ReadOnlySpan<byte> old = "libnvidia-ml.so.1\0"u8;
        int at = copy.AsSpan().IndexOf(old);
        if (at < 0)
            throw new ToolkitException("the simulated libnvidia-ml.so.1 has no soname");
        copy.AsSpan(at, old.Length).Clear();
        Encoding.ASCII.GetBytes("libdxcore.so").CopyTo(copy, at);
        return copy;
    }
}
