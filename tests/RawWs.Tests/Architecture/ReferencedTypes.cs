using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace RawWs.Tests.Architecture;

/// <summary>Tells which types each type of a built assembly mentions: in its bases, members, attributes and method bodies.</summary>
internal sealed class ReferencedTypes : ISignatureTypeProvider<string, object?>
{
    private const int MaxDepth = 16;

    private readonly MetadataReader _metadata;
    private readonly PEReader _file;
    private HashSet<string> _found = [];

    private ReferencedTypes(PEReader file) => (_file, _metadata) = (file, file.GetMetadataReader());

    /// <summary>The full names of the types that each type of the assembly mentions; nested types count as their outermost one.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> In(string assemblyPath)
    {
        using FileStream stream = File.OpenRead(assemblyPath);
        using PEReader file = new(stream);
        return new ReferencedTypes(file).Scan();
    }

    private Dictionary<string, IReadOnlySet<string>> Scan()
    {
        Dictionary<string, IReadOnlySet<string>> all = [];
        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            string name = NameOf(handle);
            _found = all.TryGetValue(name, out IReadOnlySet<string>? known) ? (HashSet<string>)known : [];
            all[name] = _found;
            ScanType(_metadata.GetTypeDefinition(handle));
        }
        return all;
    }

    private void ScanType(TypeDefinition type)
    {
        Add(type.BaseType);
        foreach (InterfaceImplementationHandle handle in type.GetInterfaceImplementations())
            Add(_metadata.GetInterfaceImplementation(handle).Interface);
        foreach (FieldDefinitionHandle handle in type.GetFields())
            _metadata.GetFieldDefinition(handle).DecodeSignature(this, null);
        foreach (CustomAttributeHandle handle in type.GetCustomAttributes())
            Add(_metadata.GetCustomAttribute(handle).Constructor);
        foreach (MethodDefinitionHandle handle in type.GetMethods())
            ScanMethod(_metadata.GetMethodDefinition(handle));
    }

    private void ScanMethod(MethodDefinition method)
    {
        method.DecodeSignature(this, null);
        foreach (GenericParameterHandle parameter in method.GetGenericParameters())
            foreach (GenericParameterConstraintHandle constraint in _metadata.GetGenericParameter(parameter).GetConstraints())
                Add(_metadata.GetGenericParameterConstraint(constraint).Type);
        foreach (CustomAttributeHandle handle in method.GetCustomAttributes())
            Add(_metadata.GetCustomAttribute(handle).Constructor);
        if (method.RelativeVirtualAddress == 0) return;

        MethodBodyBlock body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil) _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(this, null);
        foreach (ExceptionRegion region in body.ExceptionRegions)
            Add(region.CatchType);
        foreach (int token in MethodTokens.In(body.GetILBytes() ?? []))
            Add(MetadataTokens.EntityHandle(token));
    }

    private void Add(EntityHandle handle)
    {
        if (handle.IsNil) return;

        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                GetTypeFromDefinition(_metadata, (TypeDefinitionHandle)handle, 0);
                break;
            case HandleKind.TypeReference:
                GetTypeFromReference(_metadata, (TypeReferenceHandle)handle, 0);
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
                break;
            case HandleKind.FieldDefinition:
                FieldDefinition field = _metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                Add(field.GetDeclaringType());
                field.DecodeSignature(this, null);
                break;
            case HandleKind.MethodDefinition:
                MethodDefinition method = _metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                Add(method.GetDeclaringType());
                method.DecodeSignature(this, null);
                break;
            case HandleKind.MemberReference:
                AddMember(_metadata.GetMemberReference((MemberReferenceHandle)handle));
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Add(generic.Method);
                generic.DecodeSignature(this, null);
                break;
        }
    }

    private void AddMember(MemberReference member)
    {
        Add(member.Parent);
        if (member.GetKind() == MemberReferenceKind.Field) member.DecodeFieldSignature(this, null);
        else member.DecodeMethodSignature(this, null);
    }

    private string NameOf(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        for (int depth = 0; !type.GetDeclaringType().IsNil && depth < MaxDepth; depth++)
            type = _metadata.GetTypeDefinition(type.GetDeclaringType());
        return FullName(type.Namespace, type.Name);
    }

    private string NameOf(TypeReferenceHandle handle)
    {
        TypeReference type = _metadata.GetTypeReference(handle);
        for (int depth = 0; type.ResolutionScope.Kind == HandleKind.TypeReference && depth < MaxDepth; depth++)
            type = _metadata.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
        return FullName(type.Namespace, type.Name);
    }

    private string FullName(StringHandle space, StringHandle name) =>
        space.IsNil ? _metadata.GetString(name) : $"{_metadata.GetString(space)}.{_metadata.GetString(name)}";

    private string Found(string name)
    {
        _found.Add(name);
        return name;
    }

    // what a signature is made of: only the named types in it matter
    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Found(NameOf(handle));

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Found(NameOf(handle));

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetArrayType(string elementType, ArrayShape shape) => elementType;

    public string GetByReferenceType(string elementType) => elementType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => signature.ReturnType;

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => genericType;

    public string GetGenericMethodParameter(object? genericContext, int index) => "";

    public string GetGenericTypeParameter(object? genericContext, int index) => "";

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    public string GetPinnedType(string elementType) => elementType;

    public string GetPointerType(string elementType) => elementType;

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => "";

    public string GetSZArrayType(string elementType) => elementType;
}
