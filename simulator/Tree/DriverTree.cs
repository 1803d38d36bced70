using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Simulator.Description;
using GpuContainers.Simulator.Elf;
using GpuContainers.Simulator.Smi;

namespace GpuContainers.Simulator.Tree;

/// <summary>The compute half of the driver: libraries, programs, firmware.</summary>
internal static class DriverTree
{
    // File name before the version, soname, and whether there is a link without version ("libcuda.so").
    // libnvidia-sandboxutils.so is left out: one without functions would make its users fail instead of passing it over.
    private static readonly (string Name, string Soname, bool Development)[] Libraries =
    [
        ("libcudadebugger.so", "libcudadebugger.so.1", false),
        ("libnvidia-allocator.so", "libnvidia-allocator.so.1", true),
        ("libnvidia-cfg.so", "libnvidia-cfg.so.1", true),
        ("libnvidia-gpucomp.so", "libnvidia-gpucomp.so", false),
        ("libnvidia-nvvm.so", "libnvidia-nvvm.so.4", true),
        ("libnvidia-opencl.so", "libnvidia-opencl.so.1", false),
        ("libnvidia-pkcs11-openssl3.so", "libnvidia-pkcs11-openssl3.so", false),
        ("libnvidia-ptxjitcompiler.so", "libnvidia-ptxjitcompiler.so.1", true),
        ("libnvcuvid.so", "libnvcuvid.so.1", true),
        ("libnvidia-encode.so", "libnvidia-encode.so.1", true),
        ("libnvidia-opticalflow.so", "libnvidia-opticalflow.so.1", true),
    ];

    private static readonly string[] Programs =
    [
        "nvidia-smi", "nvidia-debugdump", "nvidia-persistenced", "nvidia-cuda-mps-control", "nvidia-cuda-mps-server", "nvidia-modprobe",
    ];

    internal static void Add(HostTree tree, DriverDescription driver, IReadOnlyList<SimulatedGpu> gpus, byte[]? smi)
    {
        AddCuda(tree, driver, gpus);
        foreach ((string name, string soname, bool development) in Libraries)
            AddLibrary(tree, driver, "", name, soname, development);
        if (driver.Nvvm70)
            tree.File(DriverLayout.Library(driver, "libnvidia-nvvm70.so.4"), new SharedObject("libnvidia-nvvm70.so.4").ToBytes(), FileModes.PublicFolder);
        if (driver.Compat32)
            AddCompat32(tree, driver);
        foreach (string program in Programs)
        {
            string text = $"{program}: this program stands for that of the driver {driver.Version} in a simulated host\n";
            byte[] bytes = program == SmiProgram.Name && smi is not null ? smi : StaticProgram.Printing(text);
            tree.File(DriverLayout.OnHost(driver, "/usr/bin/" + program), bytes, FileModes.PublicFolder);
        }
        foreach (string firmware in (string[])["gsp_ga10x.bin", "gsp_tu10x.bin"])
            tree.File(DriverLayout.OnHost(driver, $"/lib/firmware/nvidia/{driver.Version}/{firmware}"), "firmware of a simulated GPU\n");
        if (driver.Cache)
            AddToCache(tree, driver);
    }

    /// <summary>A library with the links that the driver's installer makes: soname, and the one for the linker.</summary>
    internal static void AddLibrary(HostTree tree, DriverDescription driver, string folder, string name, string soname, bool development)
    {
        string file = $"{name}.{driver.Version}";
        string At(string n) => DriverLayout.Library(driver, folder + n);
        tree.File(At(file), new SharedObject(soname).ToBytes(), FileModes.PublicFolder);
        if (soname != file && soname != name)
            tree.Link(At(soname), file);
        if (development)
            tree.Link(At(name), soname);
    }

    private static void AddCuda(HostTree tree, DriverDescription driver, IReadOnlyList<SimulatedGpu> gpus)
    {
        string[] cuda = driver.Cuda.Split('.');
        int version = (int.Parse(cuda[0], CultureInfo.InvariantCulture) * 1000) + (int.Parse(cuda[1], CultureInfo.InvariantCulture) * 10);
        string file = $"libcuda.so.{driver.Version}";
        byte[] library = Cuda(version, gpus.Count > 0 ? gpus[0].Source.ComputeCapability : "0.0");
        tree.File(DriverLayout.Library(driver, file), library, FileModes.PublicFolder);
        tree.Link(DriverLayout.Library(driver, "libcuda.so.1"), file);
        tree.Link(DriverLayout.Library(driver, "libcuda.so"), "libcuda.so.1");
    }

    /// <summary>A libcuda.so.1 that answers the first questions.</summary>
    /// <param name="version">The version as cuDriverGetVersion gives it, such as 12080.</param>
    /// <param name="capability">The compute capability of every device, such as "9.0".</param>
    internal static byte[] Cuda(int version, string capability)
    {
        // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR (cuda.h).
        int[] numbers = [.. capability.Split('.').Select(static n => int.Parse(n, CultureInfo.InvariantCulture))];
        var library = new SharedObject("libcuda.so.1");
        library.Export("cuInit", MachineCode.ReturnZero());
        library.Export("cuDriverGetVersion", MachineCode.Store(version));
        library.Export("cuDeviceGet", MachineCode.StoreSecondArgument());
        library.Export("cuDeviceGetAttribute", MachineCode.StoreBySecondArgument((75, numbers[0]), (76, numbers[1])));
        return library.ToBytes();
    }

    private static void AddCompat32(HostTree tree, DriverDescription driver)
    {
        foreach ((string name, string soname) in ((string, string)[])[("libcuda.so", "libcuda.so.1"), ("libnvidia-ml.so", "libnvidia-ml.so.1")])
        {
            string At(string n) => DriverLayout.OnHost(driver, "/usr/lib/i386-linux-gnu/" + n);
            tree.File(At($"{name}.{driver.Version}"), new SharedObject(soname, is32Bit: true).ToBytes(), FileModes.PublicFolder);
            tree.Link(At(soname), $"{name}.{driver.Version}");
        }
    }

    private static void AddToCache(HostTree tree, DriverDescription driver)
    {
        var folders = new StringBuilder(DriverLayout.LibraryFolder(driver)).Append('\n');
        if (driver.Compat32)
            folders.Append("/usr/lib/i386-linux-gnu\n");
        tree.File(DriverLayout.OnHost(driver, "/etc/ld.so.conf.d/00-nvidia.conf"), folders.ToString());
        if (driver.Root != "/")
            tree.File(DriverLayout.OnHost(driver, "/etc/ld.so.conf"), "include /etc/ld.so.conf.d/*.conf\n");
        tree.CacheRoots.Add(driver.Root);
    }
}

/// <summary>Where the files of a driver lie.</summary>
internal static class DriverLayout
{
    /// <summary>The folder name that Debian gives this architecture.</summary>
    internal static string Triplet => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";

    /// <summary>The folder of the libraries as a program in the driver root sees it.</summary>
    internal static string LibraryFolder(DriverDescription driver) => driver.LibraryFolder ?? "/usr/lib/" + Triplet;

    /// <summary>A path of the driver root as the host sees it.</summary>
    internal static string OnHost(DriverDescription driver, string path) => LexicalPath.Join(driver.Root, path);

    /// <summary>A library by its file name, as the host sees it.</summary>
    internal static string Library(DriverDescription driver, string name) => OnHost(driver, LibraryFolder(driver) + "/" + name);
}
