using System.Runtime.InteropServices;
using GpuContainers.Linux.Paths;
using GpuContainers.Simulator.Description;

namespace GpuContainers.Simulator.Tree;

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
